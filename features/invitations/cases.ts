import { createChoiceSchema } from "../../engine/fields";
import { addressOf } from "../../engine/sign-up/email";
import { MS_PER_HOUR, MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { CaseWords } from "../../local/case-words";
import { invitePerson } from "../approvals/invite-person";
import { requestWrite } from "../approvals/request";
import { INVITATION_DAYS } from "./invitation";

/** Invites the address of the case's request, as the command would. */
export const cases = {
  order: 50,
  earlier: createChoiceSchema(
    ["invited", "invitation-ended"],
    "Somebody invited the address an hour before, with the code CASE-CODE-3479; ended: until a minute ago.",
  ),
  earlierOf: "invited",
  async happen(word, { now, gate, hashOf, signUp, write }) {
    const email = signUp && addressOf(signUp);
    if (email === undefined) return "nobody can be invited: the request has no address";
    const sending = { by: { kind: "cli", name: "the case" }, code: "CASE-CODE-3479", days: INVITATION_DAYS } as const;
    const at = new Date(now.getTime() - MS_PER_HOUR);
    const inviteResult = invitePerson(undefined, { email, gate }, sending, hashOf, at);
    if (!inviteResult.ok) return `nobody can be invited: ${inviteResult.why}`;
    const until = new Date(now.getTime() - MS_PER_MINUTE).toISOString();
    const pastEnd = word === "invitation-ended" && { passUntil: until, answerBy: until };
    await write(requestWrite({ ...inviteResult.request, ...pastEnd }, inviteResult.condition));
    return undefined;
  },
} satisfies CaseWords;
