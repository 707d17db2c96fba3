import { classesOf } from "../access-list/classes";
import { type ClassName, classNames, rowKey } from "../access-list/entry";
import { candidates, match } from "../access-list/match";
import { partsOf } from "../sign-up/email";
import { assertKnown, defineRule, type Rule } from "../sign-up/rule";
import type { SignUp } from "../sign-up/sign-up";
import { trusting } from "../sign-up/trust";

/**
 * What the list may speak of, and what becomes of everybody else.
 */
export interface AccessListOptions {
  /**
   * What becomes of people no entry speaks of.
   * @default "deny"
   */
  readonly otherwise?: "deny" | "continue";
  /**
   * Classes of mail domains that entries may name. Each adds its data to the step's bundle.
   * @default none
   */
  readonly classes?: readonly ClassName[];
  /**
   * Identity providers whose word for an e-mail address you take, like `["mail", "google.com"]`. People who signed in with
   * another one get in by no entry that names an address, a domain or a class; a deny of these reaches them all the same.
   * @default every provider; an address that was typed lets nobody in either way
   */
  readonly trust?: readonly string[];
}

/**
 * Refuses whoever the operator's list denies and, unless `otherwise` is "continue", whoever no entry names. Of several entries
 * that fit, the closest decides. Leaves the finding `listed`, "allow" or "unlisted". See docs/access-list.md.
 * Throws TypeError for an option or a class that does not exist.
 *
 * @example
 * beforeCreateUser([accessList({ classes: ["disposable", "relay"] })])
 */
export function accessList(options: AccessListOptions = {}): Rule {
  assertKnown("accessList", options, { otherwise: true, classes: true, trust: true });
  const { otherwise = "deny", classes = [], trust } = options;
  if (otherwise !== "deny" && otherwise !== "continue") {
    throw new TypeError(`accessList: otherwise is "deny" or "continue", not "${otherwise}".`);
  }
  const unknown = classes.find((name) => !classNames.includes(name));
  if (unknown !== undefined) throw new TypeError(`accessList: classes names "${unknown}"; there are ${classNames.join(" and ")}.`);

  const isProven = trust === undefined ? ({ emailTyped }: SignUp) => !emailTyped : trusting(trust, "accessList");
  const classesFor = (signUp: SignUp) => classesOf(partsOf(signUp.email).domain, classes);
  return defineRule({
    name: "access-list",
    uses: [{ table: "accessList", access: "read" }, ...classes.map((name) => ({ data: name }))],
    ...(otherwise === "continue" && { neverGives: ["access-list.unlisted"] }),
    needs: (signUp) => candidates(signUp, classesFor(signUp)).map(({ key }) => rowKey(key)),
    decide(signUp, { records, now }) {
      const { listed, matches, unproven } = match(signUp, classesFor(signUp), (key) => records.get(rowKey(key)), now, isProven(signUp));
      const [winner] = matches;
      const evidence = winner === undefined ? {} : { evidence: { entry: winner.entry, level: winner.level } };
      if (listed === "deny") return { kind: "block", reason: "access-list.denied", ...evidence };
      if (listed === "unlisted" && otherwise === "deny") {
        return { kind: "block", reason: "access-list.unlisted", ...(unproven !== undefined && { evidence: { unproven } }) };
      }
      return { kind: "continue", findings: { listed }, ...evidence };
    },
  });
}
