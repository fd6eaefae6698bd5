import { AWS_COLLECTIONS, type HttpRouteRecord } from "../../collections.ts";
import { arnIn, digits, optionalText, type ResourceType, requiredText } from "../resource-type.ts";

const api: ResourceType = (request) => {
  const id = digits(request, 10);
  const endpoint = `https://${id}.execute-api.${request.region}.amazonaws.com`;
  return { id, attributes: { ApiEndpoint: endpoint, ApiId: id }, owns: [] };
};

/** Only functions behind payload format 2.0: what CDK makes of a Lambda integration. */
const integration: ResourceType = (request) => {
  const { properties, logicalId } = request;
  if (properties.IntegrationType !== "AWS_PROXY" || properties.PayloadFormatVersion !== "2.0")
    throw new Error(`${logicalId}: only Lambda integrations with payload format 2.0 are modelled`);
  const id = digits(request, 7);
  const key = `${requiredText(request, "ApiId")}/${id}`;
  request.world
    .collection(AWS_COLLECTIONS.httpIntegrations)
    .set(key, { functionArn: requiredText(request, "IntegrationUri") });
  return { id, attributes: {}, owns: [[AWS_COLLECTIONS.httpIntegrations, key]] };
};

/** A route without IAM in front of it would let everybody in: so none is taken. */
const route: ResourceType = (request) => {
  const { properties, logicalId, world } = request;
  if (properties.AuthorizationType !== "AWS_IAM")
    throw new Error(`${logicalId}: only routes with IAM authorization are modelled`);
  const apiId = requiredText(request, "ApiId");
  const integrationId = (optionalText(properties.Target) ?? "").replace("integrations/", "");
  const found = world
    .collection<{ functionArn: string }>(AWS_COLLECTIONS.httpIntegrations)
    .get(`${apiId}/${integrationId}`);
  if (!found) throw new Error(`${logicalId}: its target is no integration of the API`);
  const routeKey = requiredText(request, "RouteKey");
  const key = `${apiId}/${routeKey}`;
  const record: HttpRouteRecord = { apiId, routeKey, functionArn: found.functionArn };
  world.collection<HttpRouteRecord>(AWS_COLLECTIONS.httpRoutes).set(key, record);
  return { id: digits(request, 7), attributes: {}, owns: [[AWS_COLLECTIONS.httpRoutes, key]] };
};

const stage: ResourceType = (request) => {
  if (request.properties.StageName !== "$default")
    throw new Error(`${request.logicalId}: only the stage $default is modelled`);
  return { id: "$default", attributes: { Arn: arnIn(request, "apigateway", "/stages") }, owns: [] };
};

export const httpApiTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::ApiGatewayV2::Api": api,
  "AWS::ApiGatewayV2::Integration": integration,
  "AWS::ApiGatewayV2::Route": route,
  "AWS::ApiGatewayV2::Stage": stage,
};
