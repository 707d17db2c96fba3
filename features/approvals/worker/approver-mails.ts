import { environment, required } from "../../../adapters/aws/environment";
import type { MailBatch, MailKind, MailOutcome, MailTools } from "../../../adapters/mail/mail-kind";
import { decideUrlIn, mailPlace } from "../../../adapters/mail/mail-place";
import { errorName, type Sent } from "../../../adapters/mail/mail-sending";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { type Delegation, delegatesOf } from "../delegation";
import { APPROVAL_REQUESTED, APPROVAL_STAGE, type ApprovalEvent, type ApprovalRequested } from "../event";
import { addressesAsked, askedKind } from "../stages";
import { approvalStore } from "../store/approvals";
import { type DelegationStore, delegationStore } from "../store/delegations";
import { approverMail } from "./approver-mail";
import { personalMails } from "./personal-mails";

type Asking = ApprovalEvent & { readonly type: typeof APPROVAL_REQUESTED | typeof APPROVAL_STAGE };

/** To approvers about requests that wait for them: one mail for those of a delivery that ask the same people. */
export function approverMails(tools: MailTools): MailKind<Asking> {
  const { world } = tools;
  const delegations = delegationStore(world.tables, required(environment.ledgerTable, world.settings));
  const mailTo = mailer(tools);

  /**
   * What SES refuses is wrong in the settings, or in SES: the requests wait until that is fixed. If it refuses the approver of a code,
   * the approvers in the settings get the mail.
   * @param requests asked of the same approvers
   */
  async function notify(requests: readonly ApprovalRequested[], batch: MailBatch): Promise<MailOutcome> {
    const { approvers } = batch.settings;
    const named = namedIn(requests);
    if (named.length > 0) {
      const current = await delegationsNow(delegations, tools);
      if (current === undefined) return "retry";
      // People who are asked by a role or a group have no address here: the approvers in the settings stand for them.
      const others = requests[0]?.stage?.asked.some((each) => askedKind(each) !== "address") ? approvers : [];
      const to = [...new Set([...named, ...delegatesOf(current, named), ...others])];
      const outcome = await mailTo(to, requests, batch, current);
      if (outcome !== "refused") return outcome === "sent" ? "done" : "retry";
    }
    return approvers.length === 0 || (await mailTo(approvers, requests, batch)) === "sent" ? "done" : "retry";
  }

  return {
    name: "approvers",
    takes: (event): event is Asking => isAsking(event as ApprovalEvent),
    keyOf: ({ detail }) => (detail.stage?.asked ?? [detail.askedOf]).join(),
    send: (events, batch) =>
      notify(
        events.map(({ detail }) => detail),
        batch,
      ),
  };
}

/** Nobody is asked by a vote that leaves its stage as it was, nor about a person on the waiting list. */
function isAsking({ type, detail }: ApprovalEvent): boolean {
  if (type === APPROVAL_REQUESTED) return detail.waitlist !== true;
  return type === APPROVAL_STAGE && detail.change !== "voted";
}

/** The addresses that requests ask, if they ask anybody by address. */
function namedIn([first]: readonly ApprovalRequested[]): readonly string[] {
  if (first === undefined) return [];
  const asked = first.stage === undefined ? [first.askedOf ?? []].flat() : addressesAsked(first.stage.asked);
  return asked.filter((each) => normaliseEmail(each) === each);
}

/** Undefined: they cannot be read now. */
async function delegationsNow(store: DelegationStore, { world }: MailTools): Promise<readonly Delegation[] | undefined> {
  try {
    return await store.current(new Date(world.clock.now()));
  } catch (error) {
    world.log.warn("delegations not read", { error: errorName(error) });
    return undefined;
  }
}

/** One mail to all approvers, or one with links of their own to each. */
function mailer({ world, ownTexts, sent }: MailTools) {
  const decideUrl = decideUrlIn(world.settings);
  const requests = approvalStore(world.tables, required(environment.approvalsTable, world.settings));
  const sendEach = decideUrl === undefined ? undefined : personalMails(world, requests, decideUrl);

  return async (
    to: readonly string[],
    about: readonly ApprovalRequested[],
    { settings: { mailFrom }, hasTime }: MailBatch,
    delegations: readonly Delegation[] = [],
  ): Promise<Sent> => {
    const logged = (some: readonly ApprovalRequested[]) => ({ to: "approvers", references: some.map(({ reference }) => reference) });
    const send = (approvers: readonly string[], some: readonly ApprovalRequested[], links?: ReadonlyMap<string, string>) =>
      sent(approverMail(some, { ownTexts, approvers, ...mailPlace(world.settings), ...(links && { links }) }), mailFrom, logged(some));
    if (sendEach === undefined) return await send(to, about);
    try {
      return await sendEach(about, { to, delegations, send: (address, some, links) => send([address], some, links), hasTime });
    } catch (error) {
      world.log.warn("mail not sent", { error: errorName(error), ...logged(about) });
      return "waiting";
    }
  };
}
