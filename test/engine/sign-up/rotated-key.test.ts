import fc from "fast-check";
import { decide } from "../../../engine/sign-up/engine";
import { keyedHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import type { RecordKey } from "../../../engine/sign-up/rule";
import { makeRule } from "../../../engine/sign-up/rule";
import type { Attributes, SignUp } from "../../../engine/sign-up/sign-up";
import { type ApprovalRequest, readRequest } from "../../../features/approvals/request";
import { approve, deny } from "../../../features/approvals/transitions";
import { beforeCreateUser, permittedValue, requestApproval, verifyIdentity } from "../../../index";
import { alice } from "../../features/approvals/requests";
import { acme, REFUTED } from "../../features/verify-identity/fakes";
import { runs } from "../../support/runs";
import { listed, memory } from "../rules/memory-world";
import { NOW, person } from "./people";

const [old, young] = [keyedHash("the key before"), keyedHash("the key after")];
const before: PersonHashes = { hashOf: old };
const rotated: PersonHashes = { hashOf: young, otherHashOf: old };

const kim = (attributes: Attributes = {}, account = "1184"): SignUp =>
  person({
    email: "kim@gmail.com",
    identities: [{ issuer: "google.com", issuerAssignedId: account }],
    attributes: { givenName: "Minsu", surname: "Kim", ...attributes },
  });
const lee = (attributes: Attributes) => ({ ...kim(attributes, "2"), email: "lee@gmail.com" });

/** One policy and its tables, called under one key or two. */
function gate(policy: Policy<"before-create-user">) {
  const tables = memory(["A", "B", "C", "D"].map((code) => [listed("codes", code), {}]));
  const rows = (table: string) => [...tables.rows].filter(([id]) => id.startsWith(`["${table}"`)).map(([, row]) => row);
  return {
    tables,
    rows,
    async call(by: PersonHashes, signUp: SignUp, now = NOW) {
      tables.reads.length = 0;
      const { answer, failure } = await decide(policy, signUp, { ...tables.world, ...by, now });
      expect(failure).toBeUndefined();
      if (answer.kind === "invalid") return String(answer.problems[0]?.reason);
      return answer.kind === "block" ? answer.reason : answer.kind;
    },
    answered(transition: typeof approve) {
      const stored = readRequest(rows("approvals")[0] ?? {});
      const outcome = transition(stored, { by: alice }, NOW);
      if (outcome.ok) tables.put({ table: "approvals", key: { id: stored.id } }, outcome.request as unknown as Attributes);
    },
  };
}

describe("after a rotation of the hash key", () => {
  describe("a request for approval", () => {
    const asking = () =>
      gate(beforeCreateUser([requestApproval({ then: "continue", askAgainAfter: "never" })], { trust: ["mail", "google.com"] }));

    it.each<{ is: string; transition?: typeof approve; says: string; then: ApprovalRequest["state"] }>([
      { is: "waits", says: "approval.requested", then: "pending" },
      { is: "was denied", transition: deny, says: "approval.denied", then: "denied" },
      { is: "was approved", transition: approve, says: "continue", then: "admitted" },
    ])("that $is is still found for the person, in one read", async ({ transition, says, then }) => {
      const { call, answered, rows, tables } = asking();
      await expect(call(before, kim())).resolves.toBe("approval.requested");
      if (transition !== undefined) answered(transition);
      await expect(call(rotated, kim())).resolves.toBe(says);
      expect(tables.reads).toHaveLength(1);
      expect(rows("approvals")).toMatchObject([{ state: then }]);
    });

    it("admits once: a repeat of the same call gets the same answer, another sign-up needs a new request", async () => {
      const { call, answered, rows } = asking();
      await call(before, kim());
      answered(approve);
      await expect(call(before, kim())).resolves.toBe("continue");
      await expect(call(rotated, kim())).resolves.toBe("continue");
      await expect(call(rotated, kim({ surname: "Boss" }))).resolves.toBe("approval.requested");
      expect(rows("approvals")).toMatchObject([{ state: "pending" }]);
    });

    it("from a new person is stored under the new key", async () => {
      const { call, tables } = asking();
      await call(rotated, kim());
      const [{ id, personId } = {}] = [...tables.rows.values()].filter(({ state }) => state === "pending");
      await expect(call({ hashOf: young }, kim())).resolves.toBe("approval.requested");
      expect([id, personId]).toEqual([young('["kim@gmail.com","google.com/1184"]'), young("person\nkim@gmail.com")]);
    });
  });

  describe("an invitation or permitted code", () => {
    const coded = (maxUses: number) =>
      gate(beforeCreateUser([permittedValue("extension_Code", { list: "codes", maxUses, guessesPerDay: 2 })]));
    const showing = (extension_Code: string) => ({ extension_Code });

    it("that was used stays used, and still belongs to its user", async () => {
      const { call, rows, tables } = coded(1);
      await expect(call(before, kim(showing("A")))).resolves.toBe("continue");
      await expect(call(rotated, lee(showing("A")))).resolves.toBe("code.used-up");
      await expect(call(rotated, kim(showing("A")))).resolves.toBe("continue");
      expect(tables.reads).toHaveLength(1);
      expect(rows("ledger").filter(({ people }) => people !== undefined)).toHaveLength(1);
    });

    it("remains usable for the account that used it, even if another account has the same mailbox", async () => {
      const { call } = coded(2);
      await expect(call(before, kim(showing("X")))).resolves.toBe("value.not-permitted");
      await expect(call(rotated, kim(showing("A"), "77"))).resolves.toBe("continue");
      await expect(call(rotated, kim(showing("A")))).resolves.toBe("continue");
      await expect(call(rotated, kim(showing("A"), "77"))).resolves.toBe("continue");
    });

    it("counts uses from before and after the rotation", async () => {
      const { call } = coded(2);
      await call(before, kim(showing("A")));
      await expect(call(rotated, lee(showing("A")))).resolves.toBe("continue");
      await expect(call(rotated, { ...lee(showing("A")), email: "park@gmail.com" })).resolves.toBe("code.used-up");
    });

    it("allows no additional guesses, and a repeated guess is not counted again", async () => {
      const { call } = coded(1);
      for (const guess of ["X", "Y"]) await expect(call(before, kim(showing(guess)))).resolves.toBe("value.not-permitted");
      await expect(call(rotated, kim(showing("Y")))).resolves.toBe("value.not-permitted");
      await expect(call(rotated, kim(showing("A")))).resolves.toBe("code.too-many-guesses");
    });

    it("keeps its recorded uses even if an earlier rule set the code", async () => {
      const set = makeRule({
        name: "set",
        reads: [],
        sets: ["extension_Code"],
        decide: () => ({ kind: "continue", attributes: showing("A") }),
      });
      const { call } = gate(beforeCreateUser([set, permittedValue("extension_Code", { list: "codes", maxUses: 1 })]));
      await expect(call(before, kim())).resolves.toBe("continue");
      await expect(call(rotated, lee({}))).resolves.toBe("code.used-up");
      await expect(call(rotated, kim())).resolves.toBe("continue");
    });
  });

  it("a vendor is not asked the same question again, and the day's earlier calls still count", async () => {
    const vendor = acme(() => REFUTED);
    const { call } = gate(beforeCreateUser([verifyIdentity(vendor, { attemptsPerDay: 2 })]));
    await call(before, kim());
    await expect(call(rotated, kim())).resolves.toBe("identity.refuted");
    expect(vendor.asked).toHaveLength(1);
    await call(rotated, kim({ surname: "Lee" }));
    await expect(call(rotated, kim({ surname: "Park" }))).resolves.toBe("identity.too-many-attempts");
    expect(vendor.asked).toHaveLength(2);
  });

  it("a custom rule finds its rows under the old and the new hash", async () => {
    const seen = (id: string): RecordKey => ({ table: "ledger", key: { id } });
    const keys = ({ email, attributes }: SignUp, hashOf: (text: string) => string) =>
      [`seen/${hashOf(email)}`, `seen/${hashOf(email)}/${hashOf(String(attributes.surname))}`].map(seen);
    const once = makeRule({
      name: "once-each",
      uses: [{ table: "ledger", access: "write" }],
      needs: keys,
      decide(signUp, { records, hashOf }) {
        const [person, both] = keys(signUp, hashOf) as [RecordKey, RecordKey];
        if (records.get(both) !== undefined) return { kind: "block", reason: "seen" };
        const effects = [person, both].map(({ table, key }) => ({
          table,
          item: { ...key },
          condition: "absent" as const,
          onConflict: { kind: "continue" as const },
        }));
        return { kind: "continue", effects };
      },
    });
    const { call, tables } = gate(beforeCreateUser([once]));
    await expect(call(before, kim())).resolves.toBe("continue");
    await expect(call(rotated, kim())).resolves.toBe("seen");
    await expect(call(rotated, kim({ surname: "Lee" }))).resolves.toBe("continue");
    await expect(call(rotated, kim({ surname: "Lee" }))).resolves.toBe("seen");
    expect(tables.rows.has(recordId(seen(`seen/${young("kim@gmail.com")}`)))).toBe(false);
  });

  it("each person gets the same answers as without a rotation, whatever happens before, during and after", async () => {
    const people = fc.constantFrom(kim(), kim({}, "77"), { ...kim(), email: "k.im+a@gmail.com" }, lee({}));
    const act = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant("sign-up" as const),
          who: people,
          typed: fc.record({ extension_Code: fc.constantFrom("A", "B", "X", "Y", "Z"), surname: fc.constantFrom("Kim", "Refer", "Stop") }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant("decide" as const), verdict: fc.constantFrom("approve", "deny"), nth: fc.nat(3) }),
      },
    );
    const phases: readonly PersonHashes[] = [before, { hashOf: old, otherHashOf: young }, rotated];
    const acts = fc.array(fc.record({ act, phase: fc.constantFrom(0, 0, 0, 1) }), { maxLength: 25 });

    await fc.assert(
      fc.asyncProperty(acts, async (steps) => {
        const [plain, turned] = [everything(), everything()];
        let phase = 0;
        for (const [index, { act, phase: more }] of steps.entries()) {
          phase = Math.min(phase + more, 2);
          const now = new Date(NOW.getTime() + index * 1_000);
          if (act.do === "decide")
            for (const each of [plain, turned]) each.decided(act.nth, act.verdict === "approve" ? approve : deny, now);
          else {
            const signUp = { ...act.who, attributes: { ...act.who.attributes, ...act.typed } };
            const told = await plain.call(before, signUp, now);
            expect(await turned.call(phases[phase] as PersonHashes, signUp, now)).toBe(told);
          }
        }
        expect(turned.vendor.asked).toHaveLength(plain.vendor.asked.length);
        expect(turned.rows("ledger")).toHaveLength(plain.rows("ledger").length);
        expect(turned.rows("approvals")).toHaveLength(plain.rows("approvals").length);
      }),
      { numRuns: runs(30, 1_000) },
    );
  });
});

/** A gate that counts, verifies and asks, and somebody who decides on requests in the order in which they were made. */
function everything() {
  const vendor = acme(({ last }) => (last === "Refer" ? { kind: "review" } : last === "Stop" ? REFUTED : { kind: "verified" }));
  const gated = gate(
    beforeCreateUser(
      [
        permittedValue("extension_Code", { list: "codes", maxUses: 2, guessesPerDay: 3 }),
        verifyIdentity(vendor, { review: "approval" }),
        requestApproval({ then: "continue", askAgainAfter: "0d" }),
      ],
      { trust: ["mail", "google.com"] },
    ),
  );
  return {
    ...gated,
    vendor,
    decided(nth: number, transition: typeof approve, now: Date) {
      const request = gated.rows("approvals")[nth];
      const outcome = request && transition(readRequest(request), { by: alice }, now);
      if (outcome?.ok) gated.tables.put({ table: "approvals", key: { id: outcome.request.id } }, outcome.request as unknown as Attributes);
    },
  };
}
