import { valueAt } from "../planned-layer.ts";
import type { PlacedResource, PlannedRule } from "./platform.ts";

/** Default tags reach what has tags; `tags_all` is what AWS is given. */
export const tagsEverything: PlannedRule = (platform) =>
  platform
    .filter(({ type, values }) => type.startsWith("aws_") && "tags_all" in values)
    .flatMap((resource) => {
      const wanted = {
        "strata:environment": "demo",
        "strata:layer": resource.layer,
        "strata:managed-by": "terraform",
      };
      return Object.entries(wanted)
        .filter(([key, value]) => valueAt(resource, "tags_all", key) !== value)
        .map(([key, value]) => `${resource.layer}: ${resource.address} lacks ${key}=${value}`);
    });

/** Types whose name AWS wants to be unique in an account, a region or the world, by the attribute that holds it. */
const NAMED_BY: Readonly<Record<string, string>> = {
  aws_eks_cluster: "name",
  aws_eks_node_group: "node_group_name",
  aws_s3_bucket: "bucket",
};

/** Their names live inside something that bears the environment's, or are names of the world outside. */
const NAMED_WITHIN =
  /^aws_(iam_role_policy|route53_(zone|record)|s3_|eks_|backup_selection|guardduty_detector_feature|.*_attachment$)/;

/** What stands for a name that AWS chooses. */
const isMadeUp = (name: unknown): boolean => /^name-\d+$/.test(String(name));

const nameOf = (resource: PlacedResource): unknown => {
  const attribute = NAMED_BY[resource.type];
  if (attribute) return resource.values[attribute];
  if (NAMED_WITHIN.test(resource.type)) return undefined;
  const { name } = resource.values;
  return isMadeUp(name) ? valueAt(resource, "tags", "Name") : (name ?? valueAt(resource, "tags", "Name"));
};

export const namesTheEnvironment: PlannedRule = (platform) =>
  platform
    .filter(({ type }) => type.startsWith("aws_"))
    .map((resource) => [resource, nameOf(resource)] as const)
    .filter(([, name]) => typeof name === "string" && !/(^|[/-])demo($|[/-])/.test(name))
    .map(([{ layer, address }, name]) => `${layer}: ${address} is called ${name}`);
