export interface BuildHistory {
  /** The newest build of the project, if it was started after `since`. */
  startedSince(project: string, since: Date): Promise<{ id: string; alive: boolean } | undefined>;
}

/**
 * A build that has begun to apply the layer since it was proven: while it runs, and after it failed, the state is
 * not of the source that is recorded, and whatever a plan showed would not be drift.
 * @returns why the layer cannot be scanned; undefined if it can
 */
export async function changedBy(
  layer: string,
  environment: string,
  since: string,
  builds: BuildHistory,
): Promise<string | undefined> {
  const build = await builds.startedSince(`${environment}-apply-${layer}`, new Date(since));
  if (build === undefined) return undefined;
  return build.alive
    ? `build ${build.id} is changing it`
    : `build ${build.id} has changed it since it was last proven; a deploy that succeeds makes it known again`;
}
