import { PassThrough } from "node:stream";
import { askedSecretly } from "../../cli/confirmed";

afterEach(() => vi.restoreAllMocks());

let stdin: PassThrough;
let shown: string[];
beforeEach(() => {
  stdin = new PassThrough();
  vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as unknown as typeof process.stdin);
  shown = [];
  const show = (text: unknown) => shown.push(String(text)) > 0;
  vi.spyOn(process.stderr, "write").mockImplementation(show);
  vi.spyOn(process.stdout, "write").mockImplementation(show);
});

const pem = (name: string) => [`-----BEGIN ${name}-----`, ..."abcdefgh".split("").map((each) => each.repeat(64)), `-----END ${name}-----`];
const [key, chain] = [pem("PRIVATE KEY"), [...pem("CERTIFICATE"), ...pem("CERTIFICATE")]];

it.each([
  { what: "a line", pieces: ["k3s-secret\r"], taken: "k3s-secret" },
  { what: "an empty line", pieces: ["\r"], taken: "" },
  { what: "a pasted key", pieces: [key.slice(0, 4).join("\r"), "\r", `${key.slice(4).join("\r")}\r`], taken: key.join("\n") },
  { what: "a pasted chain", pieces: [`${chain.join("\r")}\r\r`], taken: chain.join("\n") },
])("a secret prompt accepts $what and never shows it", async ({ pieces, taken }) => {
  const typed = askedSecretly("clientSecret: ");
  for (const piece of pieces) stdin.write(piece);
  expect(await typed).toBe(taken);
  expect(shown.join("")).toBe("clientSecret: \n");
});

it("a secret prompt stops the echo before it asks", async () => {
  const told: string[] = [];
  Object.assign(stdin, { isTTY: true, setRawMode: (isRaw: boolean) => told.push(`raw ${isRaw}`) });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => told.push(String(text)) > 0);
  stdin.write("k3s\r");
  await askedSecretly("clientSecret: ");
  expect(told.slice(0, 2)).toEqual(["raw true", "clientSecret: "]);
});

it.each([
  { what: "several lines", pieces: ['{ "clientId": "a",\r', '"clientSecret": "b" }\r'], says: "more than one line" },
  { what: "half a key", pieces: [`${key.slice(0, 4).join("\r")}\r`, "\u0004"], says: "last line" },
  { what: "Ctrl-C", pieces: ["k3s\u0003"], says: "Interrupted" },
])("a secret prompt refuses $what and never shows it", async ({ pieces, says }) => {
  const typed = askedSecretly("clientSecret: ");
  for (const piece of pieces) stdin.write(piece);
  await expect(typed).rejects.toThrow(says);
  expect(shown.join("")).toBe("clientSecret: \n");
});
