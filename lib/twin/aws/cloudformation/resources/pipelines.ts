import { COLLECTIONS } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import type { ProjectRecord, StateMachineRecord } from "../../backends.ts";
import {
  arnIn,
  generatedName,
  listOf,
  memberOf,
  optionalText,
  type ResourceType,
  requiredText,
} from "../resource-type.ts";

function variablesOf(value: Json | undefined): ProjectRecord["environment"] {
  return listOf(value).map((variable) => ({
    name: String(memberOf(variable, "Name")),
    value: String(memberOf(variable, "Value")),
    type: String(memberOf(variable, "Type") ?? "PLAINTEXT"),
  }));
}

/** Defaults are CodeBuild's: an hour to build, eight hours in the queue. */
const project: ResourceType = (request) => {
  const { world, properties } = request;
  const name = optionalText(properties.Name) ?? generatedName(request, 150);
  const environment = properties.Environment;
  const record: ProjectRecord = {
    name,
    arn: arnIn(request, "codebuild", `project/${name}`),
    serviceRoleArn: requiredText(request, "ServiceRole"),
    environment: variablesOf(memberOf(environment, "EnvironmentVariables")),
    buildspec: optionalText(memberOf(properties.Source, "BuildSpec")) ?? "",
    timeoutInMinutes: Number(properties.TimeoutInMinutes ?? 60),
    queuedTimeoutInMinutes: Number(properties.QueuedTimeoutInMinutes ?? 480),
    image: String(memberOf(environment, "Image")),
    computeType: String(memberOf(environment, "ComputeType")),
  };
  world.collection<ProjectRecord>(COLLECTIONS.projects).set(name, record);
  return { id: name, attributes: { Arn: record.arn }, owns: [[COLLECTIONS.projects, name]] };
};

function definitionOf(properties: { [key: string]: Json }): Json {
  if (properties.Definition !== undefined) return properties.Definition;
  let text = String(properties.DefinitionString);
  for (const [name, value] of Object.entries(properties.DefinitionSubstitutions ?? {}))
    text = text.replaceAll(`\${${name}}`, String(value));
  return JSON.parse(text) as Json;
}

const stateMachine: ResourceType = (request) => {
  const { world, properties } = request;
  const name = optionalText(properties.StateMachineName) ?? generatedName(request, 80);
  const arn = arnIn(request, "states", `stateMachine:${name}`);
  const record: StateMachineRecord = {
    arn,
    name,
    roleArn: requiredText(request, "RoleArn"),
    definition: definitionOf(properties),
  };
  world.collection<StateMachineRecord>(COLLECTIONS.stateMachines).set(arn, record);
  return {
    id: arn,
    attributes: { Arn: arn, Name: name },
    owns: [[COLLECTIONS.stateMachines, arn]],
  };
};

export const pipelineTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::CodeBuild::Project": project,
  "AWS::StepFunctions::StateMachine": stateMachine,
};
