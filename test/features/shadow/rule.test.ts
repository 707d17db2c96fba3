import { onlyDomains } from "../../../features/only-domains/rule";
import { shadow } from "../../../features/shadow/rule";
import { decideFully } from "../../../features/shadow/shadows";
import { person, world } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

// What a rule in shadow can reach, and what becomes of it where it fails: test/features/shadow/shadows.test.ts.

it("a rule in shadow records its answer, and admits everyone", async () => {
  const { answer, trace } = await decideFully(anyPolicy([shadow(onlyDomains(["fabrikam.com"]))]), person(), world());
  expect(answer).toEqual({ kind: "continue", attributes: {} });
  expect(trace).toEqual([{ rule: "only-domains", shadow: true, said: "block", reasons: ["domain.not-allowed"] }]);
});
