import { findRedirectUrl } from "../../../adapters/aws/approval-settings";
import { environment, requireVariable } from "../../../adapters/aws/environment";
import { type MailKind, type MailTools, sharedMail } from "../../../adapters/mail/mail-delivery";
import { type Part, renderedMail } from "../../../adapters/mail/render";
import type { Mail } from "../../../adapters/mail/send";
import { getItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { type OwnMailTexts, voiceFor } from "../../../engine/mail/voice";
import { isPossibleEmail } from "../../../engine/unmatched";
import { applicantMailTexts } from "../applicant-mail-texts";
import { ACCOUNT_CREATED, APPROVAL_DECIDED, APPROVAL_EXPIRED, APPROVAL_STAGE, type ApprovalEvent, isTakenBack } from "../build-event";
import type { ApprovalRequest } from "../request";
import { stateAt } from "../state-at";
import { type ApprovalStore, approvalStore } from "../store/approvals";

export function applicantMails({ world, ownTexts, deliver, reportRefused }: MailTools): MailKind<ApprovalEvent> {
  const requests = approvalStore(world.tables, requireVariable(environment.approvalsTable, world.settings));
  const name = world.settings[environment.accountsTable];
  const hasEnded = async (id: string) => {
    const account = name === undefined ? undefined : await getItem({ client: world.tables, name, key: tables.accounts.key }, { id });
    return account !== undefined && account.state?.S !== "in";
  };
  return {
    order: 60,
    name: "applicant",
    takes: (event): event is ApprovalEvent => concernsApplicant(event as ApprovalEvent),
    keyOf: ({ detail }) => detail.id,
    async send([event], batch) {
      const { type, detail } = event as ApprovalEvent;
      const about = { to: "applicant", event: type, reference: detail.reference };
      const make = sharedMail(async () => {
        const mail = await buildMail(
          event as ApprovalEvent,
          { ownTexts, redirectUrl: findRedirectUrl(batch.settings, detail.gate) },
          requests,
        );
        if (mail === undefined || isPossibleEmail(detail.email)) return mail;
        await reportRefused("Address", about, { kind: "applicant", about: [detail] });
        return undefined;
      });
      const outcome = await deliver({ kind: "applicant", to: [detail.email], about: [detail], make, logged: () => about }, batch);
      return outcome === "waiting" ? "retry" : "done";
    },
    async renew(event) {
      const request = await requests.get(event.detail.requestId);
      if (request === undefined || !isStillTrue(event, request, new Date(world.clock.now()))) return undefined;
      if (event.type === ACCOUNT_CREATED && (await hasEnded(event.detail.accountId))) return undefined;
      const { email, emailProven, locales, passUntil } = request;
      const { type, detail } = event;
      const current = { ...detail, email, emailProven, locales, ...("passUntil" in detail && { passUntil }) };
      return { type, detail: current } as ApprovalEvent;
    },
  };
}

function isStillTrue({ type, detail }: ApprovalEvent, request: ApprovalRequest, now: Date): boolean {
  if (request.reference !== detail.reference) return false;
  const state = stateAt(request, now);
  switch (type) {
    case APPROVAL_DECIDED:
      return request.decision?.at === detail.decision.at && state === detail.state;
    case APPROVAL_STAGE:
      return state === "pending" && !isTakenBack(detail, request);
    case APPROVAL_EXPIRED:
      return state === "expired";
    case ACCOUNT_CREATED:
      return state === "provisioned" && request.account?.id === detail.accountId;
    default:
      return true;
  }
}

/** A change within stages is mailed only if it is news for applicants. The end of an invitation is mailed to its sponsor instead. */
function concernsApplicant({ type, detail }: ApprovalEvent): boolean {
  switch (type) {
    case APPROVAL_STAGE:
      return detail.news === true;
    case APPROVAL_EXPIRED:
      return detail.sponsor === undefined;
    default:
      return type === APPROVAL_DECIDED || type === ACCOUNT_CREATED;
  }
}

async function buildMail(
  event: ApprovalEvent,
  settings: ApplicantSettings,
  requests: Pick<ApprovalStore, "get">,
): Promise<Mail | undefined> {
  const { type, detail } = event;
  const mail = applicantMail(event, settings);
  if (mail === undefined || (type !== APPROVAL_DECIDED && type !== APPROVAL_STAGE)) return mail;
  const request = await requests.get(detail.requestId);
  if (type === APPROVAL_STAGE) return isTakenBack(detail, request) ? undefined : mail;
  return request?.decision?.at === detail.decision.at ? mail : undefined;
}

export interface ApplicantSettings {
  readonly ownTexts: OwnMailTexts;
  readonly redirectUrl: string;
}

export function applicantMail(event: ApprovalEvent, { ownTexts, redirectUrl }: ApplicantSettings): Mail | undefined {
  const content = selectContent(event, redirectUrl);
  if (content === undefined) return undefined;
  const { news, link, until } = content;
  const { email, locales, reference } = event.detail;
  const voice = voiceFor(applicantMailTexts, ownTexts, locales, `${news}.text`);
  const { say, moment } = voice;
  const parts: readonly Part[] = [
    { kind: "words", text: say(`${news}.text`, until === undefined ? {} : { until: moment(until) }) },
    ...(link === undefined ? [] : [{ kind: "link", label: say(link.name), url: link.url } as const]),
    { kind: "small", text: `${say("label.reference")}: ${reference}` },
    { kind: "signature", text: say("why") },
  ];
  return renderedMail([email], say(`${news}.subject`), parts, voice);
}

type News = "created" | "invited" | "approved" | "denied" | "expired" | "passed";

interface Content {
  readonly news: News;
  readonly link?: { readonly name: `${"created" | "invited" | "approved"}.link`; readonly url: string };
  /** The time at which the pass ends, ISO 8601. */
  readonly until?: string;
}

/** The mail's content, without typed values such as the approver's note. Undefined if the event needs no mail. */
function selectContent({ type, detail }: ApprovalEvent, redirectUrl: string): Content | undefined {
  // The invited person asked for nothing, so the end or withdrawal of the invitation is no news.
  if (detail.invited === true) return undefined;
  // A guest for whom a colleague asks knows nothing of it yet.
  if (detail.ask !== undefined) return undefined;
  switch (type) {
    case ACCOUNT_CREATED: {
      const { redeemUrl } = detail;
      if (redeemUrl === undefined) return { news: "created", link: { name: "created.link", url: redirectUrl } };
      return { news: "invited", link: { name: "invited.link", url: redeemUrl } };
    }
    case APPROVAL_DECIDED: {
      if (detail.decision.verdict === "denied") return { news: "denied" };
      // If the approval gives no pass, Gatehouse creates an account. The person then gets the mail about the account.
      if (detail.passUntil === undefined) return undefined;
      return { news: "approved", link: { name: "approved.link", url: redirectUrl }, until: detail.passUntil };
    }
    case APPROVAL_STAGE:
      return detail.news === true ? { news: "passed" } : undefined;
    case APPROVAL_EXPIRED:
      return { news: "expired" };
    default:
      return undefined;
  }
}
