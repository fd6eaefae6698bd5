import { AwsError } from "../contract.ts";
import type { DecodedCall, HttpRequest, JsonObject, Protocol } from "./message.ts";
import { element, type ListNames, XML_HEAD } from "./xml.ts";

const NAMESPACE = ' xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';

const ITEMS: Readonly<Record<string, string>> = {
  HostedZones: "HostedZone",
  ResourceRecordSets: "ResourceRecordSet",
  ResourceRecords: "ResourceRecord",
  NameServers: "NameServer",
  VPCs: "VPC",
};
const lists: ListNames = (member) => ({ wrapper: member, item: ITEMS[member] ?? member });

/** Query names and the members that they are. */
const QUERY: Readonly<Record<string, string>> = {
  dnsname: "DNSName",
  maxitems: "MaxItems",
  name: "StartRecordName",
  type: "StartRecordType",
};

function decode({ method, path, query }: HttpRequest): DecodedCall {
  const [, version, collection, id, sub] = path.split("/").map(decodeURIComponent);
  const input: JsonObject = {};
  for (const [name, member] of Object.entries(QUERY)) {
    const value = query.get(name);
    if (value !== null) input[member] = value;
  }
  if (method === "GET" && version === "2013-04-01") {
    if (collection === "hostedzonesbyname") return { operation: "ListHostedZonesByName", input };
    if (collection === "hostedzone" && id && sub === "rrset")
      return { operation: "ListResourceRecordSets", input: { ...input, HostedZoneId: id } };
    if (collection === "hostedzone" && id && !sub) return { operation: "GetHostedZone", input: { Id: id } };
  }
  throw new AwsError("NotImplemented", `the twin's AWS does not know route53 ${method} ${path}`, 501);
}

/** REST-XML of Route 53. */
export const route53Protocol: Protocol = {
  decode,
  encode: ({ operation }, result) => ({
    status: 200,
    headers: { "content-type": "text/xml" },
    body: XML_HEAD + element(`${operation}Response`, result, lists, NAMESPACE),
  }),
  fail(error, requestId) {
    const type = error.status >= 500 ? "Receiver" : "Sender";
    const body = { Error: { Type: type, Code: error.code, Message: error.message }, RequestId: requestId };
    return {
      status: error.status,
      headers: { "content-type": "text/xml" },
      body: XML_HEAD + element("ErrorResponse", body, lists, NAMESPACE),
    };
  },
};
