import { gunzipSync, gzipSync } from "node:zlib";

/** A block of a tar file. @see POSIX.1-2017, pax, "ustar Interchange Format" */
const BLOCK = 512;
const NAME_LENGTH = 100;
const PREFIX_LENGTH = 155;

/** Files by path, as a gzipped tar: what Velero keeps a backup's objects in. */
export function packArchive(files: Iterable<readonly [path: string, content: string]>): Buffer {
  const blocks: Buffer[] = [];
  for (const [path, content] of files) {
    const body = Buffer.from(content);
    blocks.push(header(path, body.length), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const cut = path.length <= NAME_LENGTH ? -1 : path.indexOf("/", path.length - NAME_LENGTH - 1);
  if (path.length > NAME_LENGTH && (cut < 0 || cut > PREFIX_LENGTH))
    throw new Error(`${path} is too long a name for a tar file`);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(path.slice(cut + 1), 0, NAME_LENGTH, "utf8");
  block.write(
    `0000644\0${octal(0, 8)}${octal(0, 8)}${octal(size, 12)}${octal(0, 12)}        0`,
    100,
    "latin1",
  );
  block.write("ustar\x0000", 257, "latin1");
  if (cut > 0) block.write(path.slice(0, cut), 345, PREFIX_LENGTH, "utf8");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

export function unpackArchive(archive: Buffer): [path: string, content: string][] {
  const tar = gunzipSync(archive);
  const files: [string, string][] = [];
  const textAt = (from: number, length: number): string =>
    tar.toString("utf8", from, from + length).replace(/\0.*$/s, "");
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const prefix = textAt(at + 345, PREFIX_LENGTH);
    const size = Number.parseInt(textAt(at + 124, 12), 8);
    const content = tar.toString("utf8", at + BLOCK, at + BLOCK + size);
    files.push([`${prefix === "" ? "" : `${prefix}/`}${textAt(at, NAME_LENGTH)}`, content]);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
