import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import {
  type DecodedCall,
  type HttpRequest,
  header,
  type JsonObject,
  objectOf,
  type Protocol,
} from "./message.ts";
import { element, escapeXml, type ListNames } from "./xml.ts";

/** XML namespaces of the services' models. */
const NAMESPACES: Readonly<Record<string, string>> = {
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  elasticloadbalancing: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  monitoring: "http://monitoring.amazonaws.com/doc/2010-08-01/",
};

interface Tree {
  value?: string;
  readonly children: Map<string, Tree>;
}

/** `A.member.1.B=x` as a tree of names. */
function treeOf(parameters: URLSearchParams): Tree {
  const root: Tree = { children: new Map() };
  for (const [name, value] of parameters) {
    let node = root;
    for (const part of name.split(".")) {
      const child = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.value = value;
  }
  return root;
}

const ordered = (tree: Tree): Tree[] =>
  [...tree.children.entries()].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);

/** Lists stand under `member`, maps under `entry` with `key`/`value` or `Name`/`Value`. */
function inputOf(tree: Tree): Json {
  if (tree.children.size === 0) return tree.value ?? "";
  const member = tree.children.get("member");
  if (member) return ordered(member).map(inputOf);
  const entry = tree.children.get("entry");
  const object: JsonObject = {};
  if (entry) {
    for (const one of ordered(entry)) {
      const name = one.children.get("key") ?? one.children.get("Name");
      const value = one.children.get("value") ?? one.children.get("Value");
      if (name?.value !== undefined && value) object[name.value] = inputOf(value);
    }
    return object;
  }
  for (const [name, child] of tree.children) object[name] = inputOf(child);
  return object;
}

const lists: ListNames = (member) => ({ wrapper: member, item: "member" });

/** A map member, which XML writes as entries. */
const mapped = (name: string, map: JsonObject): string => {
  const entries = Object.entries(map).map(
    ([key, value]) => `<entry>${element("key", key, lists)}${element("value", value, lists)}</entry>`,
  );
  return `<${name}>${entries.join("")}</${name}>`;
};

const members = (result: Json): string =>
  Object.entries(objectOf(result))
    .map(([name, value]) =>
      name === "Attributes" ? mapped(name, objectOf(value)) : element(name, value, lists),
    )
    .join("");

function parameters(request: HttpRequest): URLSearchParams {
  return request.method === "GET" ? request.query : new URLSearchParams(request.body.toString("utf8"));
}

const wantsJson = (request: HttpRequest): boolean =>
  (header(request, "accept") ?? "").includes("application/json");

/** AWS Query: form parameters in, XML out. STS also answers a GET with JSON when asked, as EKS's authenticator does. */
export function queryProtocol(service: string): Protocol {
  const namespace = NAMESPACES[service] ?? "";
  return {
    decode(request): DecodedCall {
      const tree = treeOf(parameters(request));
      const operation = tree.children.get("Action")?.value;
      if (operation === undefined) throw new AwsError("MissingAction", "the request has no Action", 400);
      for (const name of [...tree.children.keys()])
        if (name === "Action" || name === "Version" || name.startsWith("X-Amz-")) tree.children.delete(name);
      return { operation, input: tree.children.size === 0 ? {} : inputOf(tree) };
    },
    encode({ operation }, result, request) {
      const requestId = header(request, "amz-sdk-invocation-id") ?? "twin";
      if (service === "sts" && wantsJson(request)) {
        const body = {
          [`${operation}Response`]: {
            [`${operation}Result`]: result,
            ResponseMetadata: { RequestId: requestId },
          },
        };
        return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      }
      const answer = `<${operation}Result>${members(result)}</${operation}Result>`;
      const metadata = `<ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId></ResponseMetadata>`;
      return {
        status: 200,
        headers: { "content-type": "text/xml" },
        body: `<${operation}Response xmlns="${namespace}">${answer}${metadata}</${operation}Response>`,
      };
    },
    fail(error, requestId) {
      const type = error.status >= 500 ? "Receiver" : "Sender";
      const detail = element("Error", { Type: type, Code: error.code, Message: error.message }, lists);
      return {
        status: error.status,
        headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
        body: `<ErrorResponse xmlns="${namespace}">${detail}<RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
    },
  };
}
