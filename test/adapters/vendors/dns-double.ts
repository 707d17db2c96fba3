import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** A record as it goes out: its type, and its data in the wire format. */
export interface Answered {
  /** The name that it is about. @default the one that was asked for */
  readonly name?: string;
  readonly type: number;
  readonly data: Buffer;
}

/** What a resolver says; undefined: nothing. */
export type Saying = { readonly code?: number; readonly answers?: readonly Answered[] } | undefined;

export const types = { a: 1, cname: 5, soa: 6, mx: 15, txt: 16, aaaa: 28 } as const;
export const codes = { serverFailure: 2, noSuchName: 3, refused: 5 } as const;

export const mx = (priority: number, exchange: string): Answered => {
  const preference = Buffer.alloc(2);
  preference.writeUInt16BE(priority);
  return { type: types.mx, data: Buffer.concat([preference, nameIn(exchange)]) };
};
export const a = (address: string): Answered => ({ type: types.a, data: Buffer.from(address.split(".").map(Number)) });
export const aaaa = (last: number): Answered => ({ type: types.aaaa, data: Buffer.from([0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), last]) });
export const cname = (name: string, target: string): Answered => ({ name, type: types.cname, data: nameIn(target) });

export const soa = (): Answered => ({
  type: types.soa,
  data: Buffer.concat([nameIn("ns.example.net"), nameIn("root.example.net"), Buffer.alloc(20)]),
});

/** One text, in strings of 255 bytes at most. */
export const txt = (strings: readonly string[]): Answered => ({
  type: types.txt,
  data: Buffer.concat(strings.map((text) => Buffer.from([text.length, ...Buffer.from(text)]))),
});

/** RFC 1035 §3.1, not compressed. */
function nameIn(name: string): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  return Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label, "latin1")])), Buffer.from([0])]);
}

/** A resolver on a free port, by UDP and TCP, that says what a test wants it to. */
export async function serveDns(say: (name: string, type: number) => Saying) {
  const asked: string[] = [];
  const tcp = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const whole = answer(received.subarray(2));
      if (whole === undefined) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(whole.length);
      socket.end(Buffer.concat([length, whole]));
    });
  }).listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4").bind(port, "127.0.0.1");
  await once(udp, "listening");
  udp.on("message", (query, from) => {
    const whole = answer(query);
    if (whole !== undefined) udp.send(whole.length > 1_232 ? truncated(whole, query) : whole, from.port, from.address);
  });

  function answer(query: Buffer): Buffer | undefined {
    const end = query.indexOf(0, 12) + 5;
    const labels: string[] = [];
    for (let at = 12; query[at] !== 0; at += (query[at] as number) + 1) {
      labels.push(query.toString("latin1", at + 1, at + 1 + (query[at] as number)));
    }
    const name = labels.join(".");
    asked.push(name);
    const said = say(name, query.readUInt16BE(end - 4));
    if (said === undefined) return undefined;
    const { code = 0, answers = [] } = said;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(answers.length, 6);
    head.writeUInt32BE(0, 8);
    const records = answers.map(({ name: about = name, type, data }) => {
      const fields = Buffer.alloc(10);
      fields.writeUInt16BE(type, 0);
      fields.writeUInt16BE(1, 2);
      fields.writeUInt32BE(60, 4);
      fields.writeUInt16BE(data.length, 8);
      return Buffer.concat([nameIn(about), fields, data]);
    });
    return Buffer.concat([head, query.subarray(12, end), ...records]);
  }

  return {
    server: `127.0.0.1:${port}`,
    asked,
    close: () => {
      udp.close();
      tcp.close();
    },
  };
}

/** RFC 1035 §4.1.1: the asker comes again by TCP. */
function truncated(whole: Buffer, query: Buffer): Buffer {
  const head = Buffer.from(whole.subarray(0, query.indexOf(0, 12) + 5));
  head.writeUInt16BE(head.readUInt16BE(2) | 0x0200, 2);
  head.writeUInt16BE(0, 6);
  return head;
}
