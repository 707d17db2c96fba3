import { environment, required } from "../../../adapters/aws/environment";
import { type Due, type MailBatch, sharedMail } from "../../../adapters/mail/mail-delivery";
import type { MailKind, MailOutcome, MailTools } from "../../../adapters/mail/mail-kind";
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
      const to = [...named, ...delegatesOf(current, named), ...others];
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
function mailer({ world, ownTexts, deliver }: MailTools) {
  const decideUrl = decideUrlIn(world.settings);
  const requests = approvalStore(world.tables, required(environment.approvalsTable, world.settings));
  const makeEach = decideUrl === undefined ? undefined : personalMails(world, requests, decideUrl);
  const mailOf = (some: readonly ApprovalRequested[], approvers: readonly string[], links?: ReadonlyMap<string, string>) =>
    approverMail(some, { ownTexts, approvers, ...mailPlace(world.settings), ...(links && { links }) });
  const logged = (some: readonly ApprovalRequested[]) => ({ to: "approvers", references: some.map(({ reference }) => reference) });

  return (
    to: readonly string[],
    about: readonly ApprovalRequested[],
    batch: MailBatch,
    delegations: readonly Delegation[] = [],
  ): Promise<Sent> => {
    const make = makeEach
      ? (due: Due<ApprovalRequested>) => makeEach(due, delegations, (some, address, links) => mailOf(some, [address], links))
      : sharedMail(mailOf);
    return deliver({ kind: "approvers", to, about, make, logged }, batch);
  };
}
