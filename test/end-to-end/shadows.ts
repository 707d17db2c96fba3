import { START_MS } from "../support/gate";
import type { NamedGate } from "./named-gate";

type Recorded = { readonly email?: { S: string }; readonly trace: { L: readonly { M: { said: { S: string }; shadow?: object } }[] } };

/** Tries the policy of policies/shadows. */
export function shadows(gateOf: () => NamedGate): void {
  const ask = (email: string, city: string) => gateOf().call("before-create-user", { email, city });

  beforeAll(() => ask("first@contoso.com", "behaves"), START_MS);

  /** What the record has of the shadowed rule. */
  async function said(email: string): Promise<string | undefined> {
    const { Items } = await gateOf().database.call<{ Items: Recorded[] }>("Scan", { TableName: gateOf().info.tables.decisions });
    return Items.find((each) => each.email?.S === email)?.trace.L[0]?.M.said.S;
  }

  async function untilSaid(email: string, wanted: string, milliseconds = 10_000): Promise<string | undefined> {
    const deadline = Date.now() + milliseconds;
    while ((await said(email)) !== wanted && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    return await said(email);
  }

  // Those that end or hold up their process stay unfinished; the next one finds a new process.
  it.each([
    { does: "behaves", result: "block" },
    { does: "throws", result: "failed" },
    { does: "throws late", result: "block" },
    { does: "hangs", result: "unfinished" },
    { does: "exits", result: "unfinished" },
    { does: "eats memory", result: "unfinished" },
    { does: "loops", result: "unfinished" },
  ])("$does", async ({ does, result }) => {
    const email = `${does.replace(" ", "-")}@contoso.com`;
    const began = Date.now();
    const { status, body } = await ask(email, does);
    expect({ status, body }).toEqual({ status: 200, body: { version: "1.0.0", action: "Continue", country: "KR" } });
    expect(Date.now() - began).toBeLessThan(1_500);
    expect(await untilSaid(email, result)).toBe(result);
    // Meanwhile, and after, others are answered as ever.
    for (let count = 0; ; count++) {
      const next = `${count}-${email}`;
      expect((await ask(next, "behaves")).body.action).toBe("Continue");
      // A thread that loops goes when its time is over: that is not waited for.
      if (does === "loops" || (await untilSaid(next, "block", 1_000)) === "block") break;
      expect(count).toBeLessThan(300);
    }
    expect(gateOf().printed()).not.toContain("kim@contoso.com");
  });
}
