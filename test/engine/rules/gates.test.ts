import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { type ApprovalRequest, requestId, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve } from "../../../features/approvals/transitions";
import { verifyIdentity } from "../../../features/verify-identity/rule";
import { alice, kim } from "../../features/approvals/requests";
import { acme, kim as minsu, VERIFIED } from "../../features/verify-identity/fakes";
import { hashOf, NOW } from "../sign-up/people";
import { type Memory, memory } from "./memory-world";

// What is decided or found out of a person at one gate holds at no other.

const at = (gate: string | undefined, who: SignUp = kim): SignUp => (gate === undefined ? who : { ...who, gate });
const gates = [undefined, "partners", "suppliers"];

describe("an approved request", () => {
  const policy = beforeCreateUser([requestApproval({ then: "continue", unproven: "block" })], { trust: ["mail", "google.com"] });
  const ask = async (gate: string | undefined, { world }: Memory) => (await decide(policy, at(gate), world)).answer.kind;
  const keyAt = (gate: string | undefined) => requestKey(requestId(at(gate), hashOf));

  it.each([[undefined], ["partners"], ["suppliers"]])("admits a person only at its gate %s", async (approvedAt) => {
    const tables = memory();
    for (const gate of gates) await ask(gate, tables);
    const request = tables.row(keyAt(approvedAt)) as unknown as ApprovalRequest;
    expect(request.gate).toBe(approvedAt);
    const outcome = approve(request, { by: alice }, NOW);
    if (outcome.ok) tables.put(keyAt(approvedAt), outcome.request as never);
    const admitted = [];
    for (const gate of gates) if ((await ask(gate, tables)) === "continue") admitted.push(gate);
    expect(admitted).toEqual([approvedAt]);
  });

  it("keeps its old key if its gate has no name", () => {
    const { gate: _, ...person } = at("suppliers");
    expect(keyAt(undefined)).toEqual(requestKey(requestId(person, hashOf)));
    expect(new Set(gates.map((gate) => JSON.stringify(keyAt(gate)))).size).toBe(3);
  });
});

describe("a vendor's answer", () => {
  it("is requested anew at each gate, within one daily limit of tries for all gates", async () => {
    const verifier = acme(() => VERIFIED);
    const policy = beforeCreateUser([verifyIdentity(verifier, { attemptsPerDay: 2 })]);
    const { world } = memory();
    const answers = [];
    for (const gate of [undefined, undefined, "partners", "suppliers"]) {
      const { answer } = await decide(policy, at(gate, minsu()), world);
      answers.push(answer.kind === "block" ? answer.reason : answer.kind);
    }
    expect(verifier.asked).toHaveLength(2);
    expect(answers).toEqual(["continue", "continue", "continue", "identity.too-many-attempts"]);
  });
});
