import { PassThrough } from "node:stream";
import { askedSecretly } from "../../cli/confirmed";

afterEach(() => vi.restoreAllMocks());

it("does not show what is typed of a secret", async () => {
  const stdin = new PassThrough();
  vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as unknown as typeof process.stdin);
  const shown: string[] = [];
  const show = (text: unknown) => shown.push(String(text)) > 0;
  vi.spyOn(process.stderr, "write").mockImplementation(show);
  vi.spyOn(process.stdout, "write").mockImplementation(show);
  const typed = askedSecretly("clientSecret: ");
  stdin.write("k3s-secret\r");
  expect(await typed).toBe("k3s-secret");
  expect(shown.join("")).toBe("clientSecret: \n");
});
