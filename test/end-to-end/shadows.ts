import { START_MS } from "../support/gate";
import { patiently } from "../support/patience";
import type { StartedGate } from "./started-gate";

type Recorded = { readonly email?: { S: string }; readonly trace: { L: readonly { M: { said: { S: string }; shadow?: object } }[] } };

/** Tries the policy of policies/shadows. */
export function shadows(gateOf: () => StartedGate): void {
  const ask = (email: string, city: string) => gateOf().call("before-create-user", { email, city });

  beforeAll(() => ask("first@contoso.com", "behaves"), START_MS);

  /** What the record has of the shadowed rule. */
  async function said(email: string): Promise<string | undefined> {
    const { Items } = await gateOf().database.call<{ Items: Recorded[] }>("Scan", { TableName: gateOf().instance.tables.decisions });
    return Items.find((each) => each.email?.S === email)?.trace.L[0]?.M.said.S;
  }

  /** Whether it comes to say so in a while. */
  async function untilSaid(email: string, wanted: string): Promise<boolean> {
    for (let tries = 0; tries < 10; tries++) {
      if ((await said(email)) === wanted) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
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
    // An answer that waited for what never ends would be the deadline's block page.
    const { status, body } = await ask(email, does);
    expect({ status, body }).toEqual({ status: 200, body: { version: "1.0.0", action: "Continue", country: "KR" } });
    await expect.poll(() => said(email), patiently).toBe(result);
    // Meanwhile, and after, others are answered as ever.
    for (let count = 0; ; count++) {
      const next = `${count}-${email}`;
      expect((await ask(next, "behaves")).body.action).toBe("Continue");
      // A thread that loops goes when its time is over: that is not waited for.
      if (does === "loops" || (await untilSaid(next, "block"))) break;
      expect(count).toBeLessThan(300);
    }
    expect(gateOf().told()).not.toContain("kim@contoso.com");
  });
}
