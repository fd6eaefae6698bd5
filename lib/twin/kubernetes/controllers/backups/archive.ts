import { gunzipSync, gzipSync } from "node:zlib";

/** A block of a tar file. @see POSIX.1-2017, pax, "ustar Interchange Format" */
const BLOCK = 512;
const NAME_LENGTH = 100;
/** Of an entry that holds the next one's name, which is too long for a header. @see GNU tar, "The GNU Format" */
const LONG_NAME = "L";

/** Files by path, as a gzipped tar: what Velero keeps a backup's objects in. */
export function packArchive(files: Iterable<readonly [path: string, content: string]>): Buffer {
  const blocks: Buffer[] = [];
  for (const [path, content] of files) {
    if (Buffer.byteLength(path) > NAME_LENGTH) blocks.push(...entry("././@LongLink", `${path}\0`, LONG_NAME));
    blocks.push(...entry(path.slice(0, NAME_LENGTH), content, "0"));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function entry(name: string, content: string, type: string): Buffer[] {
  const body = Buffer.from(content);
  return [header(name, body.length, type), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)];
}

function header(name: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(name, 0, NAME_LENGTH, "utf8");
  const fields = `0000644\0${octal(0, 8)}${octal(0, 8)}${octal(size, 12)}${octal(0, 12)}        ${type}`;
  block.write(fields, 100, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

export function unpackArchive(archive: Buffer): [path: string, content: string][] {
  const tar = gunzipSync(archive);
  const files: [string, string][] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const textAt = (from: number, length: number): string =>
      tar.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(textAt(124, 12), 8);
    const content = tar.toString("utf8", at + BLOCK, at + BLOCK + size);
    if (textAt(156, 1) === LONG_NAME) longName = content.replace(/\0$/, "");
    else {
      files.push([longName ?? textAt(0, NAME_LENGTH), content]);
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
