import { versionsAt } from "../../../../aws/services/eks-versions.ts";

/** Whether EKS takes a version for a cluster: any that it still supports. */
export const isOffered = (version: string, now: number): boolean =>
  versionsAt(now).some((offered) => offered.version === version && offered.support !== "UNSUPPORTED");

export const minorOf = (version: string): number => Number(version.split(".")[1] ?? 0);

/** Add-ons by name: the newest release of each for a minor version follows the upstream's numbers. */
const RELEASES: Readonly<
  Record<string, (minor: number) => readonly [defaultVersion: string, newest: string]>
> = {
  "vpc-cni": () => ["v1.20.4-eksbuild.1", "v1.21.1-eksbuild.3"],
  "kube-proxy": (minor) => [`v1.${minor}.2-eksbuild.2`, `v1.${minor}.3-eksbuild.2`],
  coredns: (minor) =>
    minor >= 36
      ? ["v1.13.2-eksbuild.1", "v1.13.2-eksbuild.4"]
      : minor >= 34
        ? ["v1.12.4-eksbuild.1", "v1.13.2-eksbuild.1"]
        : ["v1.11.4-eksbuild.24", "v1.12.4-eksbuild.1"],
  "aws-ebs-csi-driver": () => ["v1.52.1-eksbuild.1", "v1.56.0-eksbuild.1"],
  "eks-pod-identity-agent": () => ["v1.3.8-eksbuild.2", "v1.3.10-eksbuild.2"],
  "snapshot-controller": () => ["v8.3.0-eksbuild.1", "v8.4.0-eksbuild.3"],
  "metrics-server": () => ["v0.8.0-eksbuild.3", "v0.8.1-eksbuild.1"],
  "aws-efs-csi-driver": () => ["v2.1.12-eksbuild.1", "v2.2.0-eksbuild.1"],
  "aws-guardduty-agent": () => ["v1.10.0-eksbuild.2", "v1.11.0-eksbuild.4"],
  "eks-node-monitoring-agent": () => ["v1.4.1-eksbuild.1", "v1.4.3-eksbuild.1"],
};

/** The version that EKS installs when none is named, and the newest; undefined: EKS has no such add-on. */
export function addonVersions(
  name: string,
  kubernetesVersion: string,
): { defaultVersion: string; newest: string } | undefined {
  const [defaultVersion, newest] = RELEASES[name]?.(minorOf(kubernetesVersion)) ?? [];
  return defaultVersion && newest ? { defaultVersion, newest } : undefined;
}

/** Whether a version is one of the add-on's: `v<semver>-eksbuild.<n>`, not newer than the newest. */
export const isAddonVersion = (version: string): boolean => /^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(version);
