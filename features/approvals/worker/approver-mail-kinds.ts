import { environment, requireVariable } from "../../../adapters/aws/environment";
import {
  type Due,
  type MadeMail,
  type MailBatch,
  type MailKind,
  type MailOutcome,
  type MailTools,
  sharedMail,
} from "../../../adapters/mail/mail-delivery";
import { decideUrlIn, mailPlace } from "../../../adapters/mail/mail-place";
import type { Sent } from "../../../adapters/mail/mail-sending";
import type { Mail } from "../../../adapters/mail/send";
import { linkSecret } from "../../../adapters/system";
import { retryWrite } from "../../../adapters/tables/conditions";
import type { World } from "../../../adapters/world";
import { groupBy } from "../../../engine/collections";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { isPossibleEmail } from "../../../engine/unmatched";
import {
  APPROVAL_REQUESTED,
  APPROVAL_STAGE,
  type ApprovalEvent,
  type ApprovalRequested,
  type ApprovalAsked as Asked,
  isTakenBack,
  isUndo,
  renewAsked,
} from "../build-event";
import { type Delegation, findDelegates } from "../delegation";
import { linkHolder, type MailLink, withMailSecrets } from "../mail-secret";
import { askedKind, listAddresses } from "../stages";
import { type ApprovalStore, approvalStore } from "../store/approvals";
import { delegationStore } from "../store/delegations";
import { newestOfEachRequest, type Occasion, writeApproverMail } from "./write-approver-mail";

type Asking = ApprovalEvent & { readonly type: typeof APPROVAL_REQUESTED | typeof APPROVAL_STAGE };

interface AskingKind extends Pick<MailKind, "order" | "name"> {
  occasion(detail: Asked): Occasion | undefined;
  asked(detail: Asked): readonly string[];
  askedBefore(detail: Asked): readonly string[];
}

const ofChanges: Partial<Readonly<Record<string, Occasion>>> = { passed: "stage", reassigned: "reassigned", reminded: "reminder" };

/** Each mail lists all requests of a delivery that ask the same people. */
export function approverMails(tools: MailTools): MailKind<Asking> {
  // A decision makes the links in earlier mails invalid. If approvers decide by link, an Undo therefore mails new links to all of them.
  const hasLinks = decideUrlIn(tools.world.settings) !== undefined;
  return createAskingMails(tools, {
    order: 10,
    name: "approvers",
    occasion({ change, waitlist, reopened }) {
      if (isUndo({ change, reopened })) return hasLinks && !waitlist ? "undo" : undefined;
      if (change !== undefined) return ofChanges[change];
      if (waitlist) return undefined;
      // The text for an Undo is also right for a request that somebody else has reopened.
      return reopened === undefined ? "new" : "undo";
    },
    asked: (detail) => listFirstAsked(detail) ?? [detail.askedOf ?? []].flat(),
    askedBefore: () => [],
  });
}

/** Mails only the people whom an escalation added. The other people already have their mail. */
export function escalationMails(tools: MailTools): MailKind<Asking> {
  return createAskingMails(tools, {
    order: 15,
    name: "escalation",
    occasion: ({ escalatedTo = [] }) => (escalatedTo.length === 0 ? undefined : "escalation"),
    asked: ({ escalatedTo = [] }) => escalatedTo,
    askedBefore: (detail) => listFirstAsked(detail) ?? [],
  });
}

function listFirstAsked({ stage, escalatedTo }: Asked): readonly string[] | undefined {
  return stage?.asked.filter((each) => !escalatedTo?.includes(each));
}

function createAskingMails(tools: MailTools, kind: AskingKind): MailKind<Asking> {
  const { world } = tools;
  const delegations = delegationStore(world.tables, requireVariable(environment.ledgerTable, world.settings));
  const requests = approvalStore(world.tables, requireVariable(environment.approvalsTable, world.settings));
  const mailTo = createMailer(tools, kind, requests);

  /**
   * Mails the asked approvers. If SES refuses, mails the approvers in the settings. If no mail is sent, the queue delivers the events
   * again.
   * @param requests requests that ask the same approvers
   */
  async function notify(requests: readonly Asked[], batch: MailBatch): Promise<MailOutcome> {
    const { approvers } = batch.settings;
    const [first] = requests;
    if (first === undefined) return "done";
    const [asked, before] = [kind.asked(first), kind.askedBefore(first)];
    const addresses = selectAddresses(asked);
    const current = addresses.length + before.length === 0 ? [] : await delegations.current(new Date(world.clock.now()));
    const had = new Set(before.length === 0 ? [] : listRecipients(before, current, approvers).map(normaliseMailbox));
    const selectNew = (readers: readonly string[]) => readers.filter((each) => !had.has(normaliseMailbox(each)));
    const outcome = await mailTo(selectNew(listRecipients(asked, current, approvers)), requests, batch, current);
    const isLost = outcome === "refused" && addresses.length > 0 && approvers.length > 0;
    return (isLost ? await mailTo(selectNew(approvers), requests, batch) : outcome) === "sent" ? "done" : "retry";
  }

  return {
    order: kind.order,
    name: kind.name,
    takes: (event): event is Asking =>
      [APPROVAL_REQUESTED, APPROVAL_STAGE].includes(event.type) && kind.occasion(event.detail as Asked) !== undefined,
    keyOf: ({ detail }) => [...kind.asked(detail), "", ...kind.askedBefore(detail)].join(),
    async send(events, batch) {
      const details = events.map(({ detail }) => detail);
      const outcomes: MailOutcome[] = [];
      for (const same of groupBy(details, (detail) => findOccasion(details, detail, kind)).values())
        outcomes.push(await notify(same, batch));
      return outcomes.includes("retry") ? "retry" : "done";
    },
    async renew({ type, detail }) {
      const current = renewAsked(detail, await requests.get(detail.requestId), new Date(world.clock.now()));
      return current && ({ type, detail: current } as Asking);
    },
  };
}

/** A role, a group or a guest's user name has no address here: the approvers in the settings get its mail. */
function listRecipients(
  askedApprovers: readonly string[],
  delegations: readonly Delegation[],
  approvers: readonly string[],
): readonly string[] {
  const addresses = selectAddresses(askedApprovers);
  const named = listAddresses(askedApprovers);
  const hasOthers = addresses.length < Math.max(named.length, 1) || askedApprovers.some((each) => askedKind(each) !== "address");
  return [...addresses, ...findDelegates(delegations, named).filter(isPossibleEmail), ...(hasOthers ? approvers : [])];
}

function selectAddresses(askedApprovers: readonly string[]): readonly string[] {
  return listAddresses(askedApprovers).filter((each) => isPossibleEmail(each));
}

function findOccasion(requestEvents: readonly Asked[], { requestId }: Asked, { occasion }: AskingKind): Occasion {
  const [oldest] = requestEvents
    .filter((each) => each.requestId === requestId)
    .toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
  return (oldest && occasion(oldest)) ?? "new";
}

function createMailer({ world, ownTexts, deliver }: MailTools, kind: AskingKind, requests: ApprovalStore) {
  const decideUrl = decideUrlIn(world.settings);
  const makeEach = decideUrl === undefined ? undefined : makeMailsWithLinks(world, requests, decideUrl);
  const chooseOccasion = (some: readonly Asked[]) => {
    const [first, ...others] = new Set(some.map((each) => findOccasion(some, each, kind)));
    return first === undefined || others.length > 0 ? "new" : first;
  };
  const buildMail = (some: readonly Asked[], approvers: readonly string[], links?: ReadonlyMap<string, string>) =>
    writeApproverMail(some, { ownTexts, approvers, occasion: chooseOccasion(some), ...mailPlace(world.settings), links });
  const buildLogFields = (some: readonly Asked[]) => ({
    to: "approvers",
    mail: chooseOccasion(some),
    references: some.map(({ reference }) => reference),
  });

  return (to: readonly string[], about: readonly Asked[], batch: MailBatch, delegations: readonly Delegation[] = []): Promise<Sent> => {
    const makeAll = makeEach
      ? (due: Due<Asked>) => makeEach(due, delegations, (some, address, links) => buildMail(some, [address], links))
      : sharedMail(buildMail);
    const make = async (due: Due<Asked>) => await makeAll(await omitRevoked(due, requests));
    return deliver({ kind: kind.name, to, about, make, logged: buildLogFields }, batch);
  };
}

async function omitRevoked(due: Due<Asked>, store: Pick<ApprovalStore, "get">): Promise<Due<Asked>> {
  const revocable = new Set([...due.values()].flat().filter((each) => each.change === "passed" || isUndo(each)));
  const read = await Promise.all([...revocable].map(async (each) => (isTakenBack(each, await store.get(each.requestId)) ? [each] : [])));
  const goneEvents = new Set(read.flat());
  const remainingEvents = [...due].map(([reader, about]) => [reader, about.filter((each) => !goneEvents.has(each))] as const);
  return new Map(remainingEvents.filter(([, about]) => about.length > 0));
}

type Links = ReadonlyMap<string, string>;

type MailOf = (requests: readonly ApprovalRequested[], address: string, links: Links) => Mail;

/**
 * Makes one mail for each approver, because each approver gets their own links. @param url address, without a query, of the page to which
 * the links lead
 */
export function makeMailsWithLinks({ clock }: Pick<World, "clock">, store: ApprovalStore, url: string) {
  /** Creates a link for each recipient who may decide, except the requester. Empty if the request no longer waits. */
  function createLinks(
    { requestId, reference }: ApprovalRequested,
    addresses: readonly string[],
    delegations: readonly Delegation[],
  ): Promise<readonly MailLink[]> {
    return retryWrite(async () => {
      const now = new Date(clock.now());
      const request = await store.get(requestId);
      if (request === undefined || request.reference !== reference) return [];
      const holders = addresses.flatMap((address) => linkHolder(request, address, delegations, now) ?? []);
      const links = holders.map((holder) => ({ ...holder, secret: linkSecret() }));
      const isKept = links.length === 0 || (await store.keepMailSecrets(request, withMailSecrets(request, links, now)));
      return isKept ? links : undefined;
    });
  }

  return async (
    due: Due<ApprovalRequested>,
    delegations: readonly Delegation[],
    mailOf: MailOf,
  ): Promise<readonly MadeMail<ApprovalRequested>[]> => {
    const urls = new Map([...due.keys()].map((address) => [address, new Map<string, string>()]));
    for (const request of newestOfEachRequest([...due.values()].flat())) {
      const { requestId } = request;
      const addresses = [...due].flatMap(([address, about]) => (about.some((each) => each.requestId === requestId) ? [address] : []));
      for (const { address, secret: key } of await createLinks(request, addresses, delegations))
        urls.get(address)?.set(requestId, `${url}?${new URLSearchParams({ request: requestId, key })}`);
    }
    return [...due].map(([address, about]) => ({ mail: mailOf(about, address, urls.get(address) ?? new Map()), about }));
  };
}
