import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type ApprovalSettings, approvalSettings } from "../adapters/aws/approval-settings";
import { environment, required } from "../adapters/aws/environment";
import { SettingsError } from "../adapters/aws/settings";
import {
  type ApplicantSettings,
  applicantMail,
  approverMail,
  assigneeMail,
  invitationMail,
  type Mail,
  partnerMail,
  sponsorMail,
} from "../adapters/mail/compose";
import { type MailEvent, readEvent } from "../adapters/mail/read";
import type { Wording } from "../adapters/mail/voice";
import { approvalStore } from "../adapters/tables/approvals";
import { delegationStore } from "../adapters/tables/delegations";
import type { World } from "../adapters/world";
import { ACCESS_CHANGED } from "../engine/access/event";
import { type Delegation, delegatesOf } from "../engine/approvals/delegation";
import {
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_REQUESTED,
  APPROVAL_STAGE,
  type ApprovalEvent,
  type ApprovalRequested,
  INVITATION_SENT,
} from "../engine/approvals/event";
import { isOpen } from "../engine/approvals/invitation";
import { addressesAsked, askedKind } from "../engine/approvals/stages";
import { mailTexts } from "../engine/messages/mail";
import { PARTNER_CHANGED, type PartnerEvent } from "../engine/partners/event";
import { normaliseEmail } from "../engine/sign-up/email";
import { TASK_ASSIGNED, type TaskEvent } from "../engine/tasks/event";
import { accessNotifier } from "./access-mail";
import { personalMails } from "./mail-links";
import { decideUrlIn, errorName, mailPlace, mailSender, type Sent } from "./mail-sending";

/** No mail is begun with less time left, in milliseconds: what is cut off after it went out goes out again. */
const MARGIN_MS = 20_000;
/** How many events a function remembers. The bus and the queue may bring one twice, seconds apart. */
const MAX_REMEMBERED = 1_000;

/** An invitation that ended unused. */
type Ended = ApprovalEvent & { readonly type: typeof APPROVAL_EXPIRED };
type MailSettings = ApprovalSettings & { readonly mailFrom: string };

/**
 * Sends mail to approvers about new requests, one mail a batch, to colleagues about what was assigned to them, to approvers
 * about the domains of partners, and to each applicant about the outcome. The queue gives out again what was not sent. The requests stay as they are, whether or not a mail goes out.
 * @param texts as `mailEnvironment.texts` describes them
 */
export function approvalMailHandler(texts = "{}") {
  const wording: Wording = { ...mailTexts, ...(JSON.parse(decodeURIComponent(texts)) as Partial<Wording>) };
  return (world: Pick<World, "settings" | "secrets" | "tables" | "clock" | "mail" | "log">) => {
    const { log, settings: variables } = world;
    const currentSettings = approvalSettings(world);
    const requests = approvalStore(world.tables, required(environment.approvalsTable, variables));
    const delegations = delegationStore(world.tables, required(environment.ledgerTable, variables));
    const decideUrl = decideUrlIn(variables);
    const sendEach = decideUrl === undefined ? undefined : personalMails(world, requests, decideUrl);
    /** Ids of events that are dealt with. */
    const settled = new Set<string>();
    const { sent, reportRefused } = mailSender(world);
    const notifyOfAccess = accessNotifier(world, { sent }, wording);

    function settle(events: readonly MailEvent[]): void {
      if (settled.size >= MAX_REMEMBERED) settled.clear();
      for (const { detail } of events) settled.add(detail.id);
    }

    /** What cannot be read stays till the queue gives it up, for somebody to see. */
    function eventOf(body: string): MailEvent | undefined {
      const event = readEvent(body);
      if (event === undefined) log.error("event unreadable");
      return event;
    }

    async function notify(events: readonly MailEvent[], context: Context): Promise<void> {
      if (events.length === 0) return;
      const settings = await readSettings();
      if (settings === undefined) return;
      const { mailFrom } = settings;
      if (mailFrom === undefined) {
        settle(events);
        return;
      }
      settle(events.filter(isForNobody));
      const requests = events
        .filter((event) => event.type === APPROVAL_REQUESTED || event.type === APPROVAL_STAGE)
        .filter((event) => !isForNobody(event));
      for (const asked of grouped(requests, ({ detail }) => (detail.stage?.asked ?? [detail.askedOf]).join())) {
        const details = asked.map(({ detail }) => detail);
        const hasTime = () => context.getRemainingTimeInMillis() >= MARGIN_MS;
        const isDone = await notifyApprovers(details, { ...settings, mailFrom }, hasTime);
        if (isDone) settle(asked.filter((event) => !isNews(event)));
      }
      const tasks = events.filter((event) => event.type === TASK_ASSIGNED);
      for (const assigned of grouped(tasks, ({ detail }) => detail.to.id))
        if (await notifyAssignee(assigned, { ...settings, mailFrom })) settle(assigned);
      const partners = events.filter((event) => event.type === PARTNER_CHANGED);
      if (await notifyOfPartners(partners, { ...settings, mailFrom })) settle(partners);
      const unused = events.filter((event) => event.type === APPROVAL_EXPIRED && event.detail.sponsor !== undefined) as readonly Ended[];
      for (const ended of grouped(unused, ({ detail }) => detail.sponsor))
        if (await notifySponsor(ended, { ...settings, mailFrom })) settle(ended);
      for (const event of events) {
        if (event.type !== ACCESS_CHANGED) continue;
        if (context.getRemainingTimeInMillis() < MARGIN_MS) return;
        if (await notifyOfAccess(event.detail, { ...settings, mailFrom })) settle([event]);
      }
      for (const event of events) {
        if (event.type === ACCESS_CHANGED) continue;
        if ((event.type === APPROVAL_REQUESTED || event.type === APPROVAL_STAGE) && !isNews(event)) continue;
        if (event.type === TASK_ASSIGNED || event.type === PARTNER_CHANGED) continue;
        if (event.type === APPROVAL_EXPIRED && event.detail.sponsor !== undefined) continue;
        if (context.getRemainingTimeInMillis() < MARGIN_MS) return;
        if (await notifyApplicant(event, { ...settings, mailFrom })) settle([event]);
      }
    }

    /** What somebody has to fix rings at once: otherwise the queue would retry for an hour first. */
    async function readSettings(): Promise<ApprovalSettings | undefined> {
      try {
        return await currentSettings();
      } catch (error) {
        const wrong = error instanceof SettingsError;
        log.error("mail settings unusable", { error: errorName(error), ...(wrong && { why: error.message }) });
        if (wrong) log.count("ApprovalSettingsUnusable");
        return undefined;
      }
    }

    /**
     * Whether there is nothing more to do. What SES refuses is wrong in the settings, or in SES: the requests wait until that is fixed.
     * If it refuses the approver of a code, the approvers in the settings get the mail.
     * @param requests asked of the same approver, if of one
     */
    async function notifyApprovers(
      requests: readonly ApprovalRequested[],
      { mailFrom, approvers }: MailSettings,
      hasTime: () => boolean,
    ): Promise<boolean> {
      const sendTo = async (to: readonly string[], about: readonly ApprovalRequested[], links?: ReadonlyMap<string, string>) =>
        await sent(approverMail(about, { wording, approvers: to, ...mailPlace(variables), ...(links && { links }) }), mailFrom, {
          to: "approvers",
          references: about.map(({ reference }) => reference),
        });
      const notify = async (to: readonly string[], delegations: readonly Delegation[] = []): Promise<Sent> => {
        if (sendEach === undefined) return await sendTo(to, requests);
        try {
          return await sendEach(requests, { to, delegations, send: (address, about, links) => sendTo([address], about, links), hasTime });
        } catch (error) {
          log.warn("mail not sent", { error: errorName(error), to: "approvers", references: requests.map(({ reference }) => reference) });
          return "waiting";
        }
      };
      const [first] = requests;
      const named = (first === undefined ? [] : askedBy(first)).filter((each) => normaliseEmail(each) === each);
      if (named.length > 0) {
        const delegations = await delegationsNow();
        if (delegations === undefined) return false;
        const delegates = delegatesOf(delegations, named);
        // People who are asked by a role or a group have no address here: the approvers in the settings stand for them.
        const others = first?.stage?.asked.some((each) => askedKind(each) !== "address") ? approvers : [];
        const outcome = await notify([...new Set([...named, ...delegates, ...others])], delegations);
        if (outcome !== "refused") return outcome === "sent";
      }
      return approvers.length === 0 || (await notify(approvers)) === "sent";
    }

    /** The delegations; undefined: they cannot be read now. */
    async function delegationsNow(): Promise<readonly Delegation[] | undefined> {
      try {
        return await delegations.current(new Date(world.clock.now()));
      } catch (error) {
        log.warn("delegations not read", { error: errorName(error) });
        return undefined;
      }
    }

    /** Whether there is nothing more to do. */
    async function notifyOfPartners(events: readonly PartnerEvent[], { mailFrom, approvers }: MailSettings): Promise<boolean> {
      if (approvers.length === 0) return true;
      const changes = events.map(({ detail }) => detail);
      const mail = partnerMail(changes, { wording, approvers, language: mailPlace(variables).language });
      return (
        mail === undefined || (await sent(mail, mailFrom, { to: "approvers", domains: changes.map(({ domain }) => domain) })) === "sent"
      );
    }

    /** Whether there is nothing more to do: a colleague without an address finds the task in the console. */
    async function notifyAssignee(events: readonly TaskEvent[], { mailFrom }: MailSettings): Promise<boolean> {
      const email = events[0]?.detail.to.email;
      if (email === undefined || normaliseEmail(email) !== email) return true;
      const mail = assigneeMail(
        email,
        events.map(({ detail }) => detail),
        { wording, ...mailPlace(variables) },
      );
      return (await sent(mail, mailFrom, { to: "assignee" })) !== "waiting";
    }

    /** Whether there is nothing more to do. What was sent again or taken back since needs nobody. @param ended of one sponsor */
    async function notifySponsor(ended: readonly Ended[], { mailFrom }: MailSettings): Promise<boolean> {
      const about = { to: "sponsor", references: ended.map(({ detail }) => detail.reference) };
      const sponsor = ended[0]?.detail.sponsor ?? "";
      if (normaliseEmail(sponsor) !== sponsor) return true;
      try {
        const rows = await requests.getAll(ended.map(({ detail }) => detail.requestId));
        const still = new Set(rows.flatMap(({ id, state }) => (state === "expired" ? [id] : [])));
        const details = ended.flatMap(({ detail }) => (still.has(detail.requestId) ? [detail] : []));
        if (details.length === 0) return true;
        return (await sent(sponsorMail(sponsor, details, { wording, ...mailPlace(variables) }), mailFrom, about)) !== "waiting";
      } catch (error) {
        log.warn("mail not sent", { error: errorName(error), ...about });
        return false;
      }
    }

    /** Whether there is nothing more to do. */
    async function notifyApplicant(event: ApprovalEvent, { mailFrom, redirectUrl }: MailSettings): Promise<boolean> {
      const { email, reference } = event.detail;
      const about = { to: "applicant", event: event.type, reference };
      let mail: Mail | undefined;
      try {
        mail = await mailOf(event, { wording, redirectUrl });
      } catch (error) {
        log.warn("mail not sent", { error: errorName(error), ...about });
        return false;
      }
      if (mail === undefined) return true;
      if (normaliseEmail(email) === email) return (await sent(mail, mailFrom, about)) !== "waiting";
      reportRefused("Address", about);
      return true;
    }

    /** Undefined for an event without a mail, and for what somebody has taken back, or sent again, since. */
    async function mailOf(event: ApprovalEvent, settings: ApplicantSettings): Promise<Mail | undefined> {
      const { type, detail } = event;
      if (type === INVITATION_SENT) {
        const request = await requests.get(detail.requestId);
        const { invitation } = request ?? {};
        const isMeant = request !== undefined && isOpen(request, new Date(world.clock.now())) && invitation?.sentAt === detail.time;
        return isMeant ? invitationMail(detail, invitation.code, settings) : undefined;
      }
      const mail = applicantMail(event, settings);
      if (mail === undefined || type !== APPROVAL_DECIDED) return mail;
      const request = await requests.get(detail.requestId);
      return request?.decision?.at === detail.decision.at ? mail : undefined;
    }

    return async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      const messages = Records.map(({ messageId, body }) => ({ messageId, event: eventOf(body) }));
      const events = new Map(
        messages.flatMap(({ event }) => (event === undefined || settled.has(event.detail.id) ? [] : [[event.detail.id, event]])),
      );
      await notify([...events.values()], context);
      const left = messages.filter(({ event }) => event === undefined || !settled.has(event.detail.id));
      return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };
  };
}

/** The addresses that a request asks, if it asks anybody by address. */
function askedBy({ stage, askedOf }: Pick<ApprovalRequested, "stage" | "askedOf">): readonly string[] {
  return stage === undefined ? [askedOf ?? []].flat() : addressesAsked(stage.asked);
}

/** A vote that leaves its stage as it was, and a person on the waiting list. */
function isForNobody(event: MailEvent): boolean {
  if (event.type === APPROVAL_REQUESTED) return event.detail.waitlist === true;
  return event.type === APPROVAL_STAGE && event.detail.change === "voted";
}

/** Whether the person who asks hears of it too. */
function isNews(event: MailEvent): boolean {
  return event.type === APPROVAL_STAGE && event.detail.news === true;
}

/** Those with the same key together, in the order of the first of each. */
function grouped<T>(all: readonly T[], keyOf: (each: T) => string | undefined): readonly (readonly T[])[] {
  const groups = new Map<string | undefined, T[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return [...groups.values()];
}
