import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";

/** How a list member is written: the element around it (none when flattened) and the element of each item. */
export type ListNames = (member: string) => { readonly wrapper?: string; readonly item: string };

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

export const escapeXml = (text: string): string => text.replace(/[&<>"\r]/g, (one) => ENTITIES[one] ?? one);

/** An element for a member; lists become what the service's model says. */
export function element(name: string, value: Json, lists: ListNames, attributes = ""): string {
  if (Array.isArray(value)) {
    const { wrapper, item } = lists(name);
    const items = value.map((one) => element(item, one, lists)).join("");
    return wrapper === undefined ? items : `<${wrapper}>${items}</${wrapper}>`;
  }
  const inner =
    value !== null && typeof value === "object"
      ? Object.entries(value)
          .map(([member, child]) => element(member, child, lists))
          .join("")
      : escapeXml(String(value ?? ""));
  return `<${name}${attributes}>${inner}</${name}>`;
}

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An element as read: its text and its children by name. */
export interface XmlElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const unescapeXml = (text: string): string =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(
      /&(lt|gt|quot|apos);/g,
      (_, name: string) => ({ lt: "<", gt: ">", quot: '"', apos: "'" })[name] ?? "",
    )
    .replaceAll("&amp;", "&");

const MARKUP = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/y;

const malformed = (): AwsError =>
  new AwsError("MalformedXML", "The XML you provided was not well-formed or did not validate", 400);

/** Takes one match of MARKUP in; `open` holds the elements that are not closed yet, innermost last. */
function take(match: RegExpExecArray, open: XmlElement[]): void {
  const [, closing, name, empty, characters] = match;
  const top = open.at(-1);
  if (!top) throw malformed();
  if (characters !== undefined) top.text += unescapeXml(characters);
  if (name === undefined) return;
  if (closing === "/") {
    if (open.pop()?.name !== name) throw malformed();
    return;
  }
  const made: XmlElement = { name, text: "", children: [] };
  top.children.push(made);
  if (empty !== "/") open.push(made);
}

/** Reads a request's XML: elements and text; attributes, CDATA and DTDs do not occur in what AWS clients send. */
export function parseXml(text: string): XmlElement {
  const root: XmlElement = { name: "", text: "", children: [] };
  const open = [root];
  MARKUP.lastIndex = 0;
  while (MARKUP.lastIndex < text.length) {
    const match = MARKUP.exec(text);
    if (!match) throw malformed();
    take(match, open);
  }
  const [document] = root.children;
  if (!document || open.length !== 1) throw malformed();
  return document;
}

export const childText = (parent: XmlElement, name: string): string | undefined =>
  parent.children.find((child) => child.name === name)?.text;
