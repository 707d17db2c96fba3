import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { gateFact } from "../../../console/parts/gates";
import { DOMAIN_DAYS, DomainLink, decisionPath } from "../../../console/parts/links";
import { type Fact, Facts } from "../../../console/parts/table";
import { Moment } from "../../../console/parts/time";
import { claimName, plainText, providerNames, ShownValue, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { findText } from "../../../console/texts/languages";
import { trailTexts } from "../../../console/texts/trail-texts";
import { currentLines } from "../../../engine/mail/mail-line";
import { listIssuers } from "../../../engine/sign-up/issuers";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { serviceName } from "../../counts/counts";
import { mailsFact } from "../../mails/pages/mail-alert";
import { findAccountWait } from "../account-wait";
import { concernWords } from "../concern-words";
import { getRequestDomain } from "../filters";
import type { ApprovalRequest } from "../request";
import { isOfName } from "../request-facts";
import { approvalWords, failureSentence, vendorSentence } from "../request-words";
import { limitInvitation, readReturnEnd } from "../state-at";
import {
  askFacts,
  decisionText,
  describeProvider,
  longestDaysAt,
  nameText,
  type RequestProps,
  renewalFact,
  requestPath,
  StateTag,
  shortDay,
} from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import type { RequestAbout } from "./known";
import { stagesTexts } from "./stages-texts";

/** Omits the parts of the name, because the heading shows the name. */
export function EnteredAndKnown({
  visit,
  request,
  known,
  children,
}: RequestProps & { readonly known: readonly Fact[]; readonly children?: Child }) {
  const { attributes, gate, shortNames = {} } = request;
  const name = nameText(request);
  const cells = Object.entries(attributes).filter(([each, value]) => !isOfName(each, plainText(value), name));
  return (
    <section class="sides">
      {cells.length === 0 ? null : (
        <div>
          <h2>{t.entered}</h2>
          <Facts
            facts={cells.map(([each, value]) => [claimName(visit, shortNames[each] ?? each, gate), <ShownValue text={plainText(value)} />])}
          />
        </div>
      )}
      <div>
        <h2>{t.weKnow}</h2>
        <Facts facts={known} />
      </div>
      {children}
    </section>
  );
}

export function knownFacts(
  visit: Visit,
  {
    request,
    known: {
      state: { others },
    },
    referredBy,
    refused,
    domainPeople,
    mails,
  }: RequestAbout,
): readonly Fact[] {
  const { earlier } = request;
  return [
    ...askFacts(request),
    [frameTexts.signedInWith, describeProvider(visit, request)],
    mailsFact(visit, currentLines(mails)),
    ...gateFact(visit, request),
    // "Identity verified by IDology". The vendor's codes are in the details.
    ...(request.verifications ?? []).map(
      (word) =>
        [
          t.identityCheck,
          findText(t.vendorSaid, word.outcome)?.(visible(serviceName(word.vendor))) ??
            visible(`${serviceName(word.vendor)}: ${word.outcome}`),
        ] as const,
    ),
    ...renewalFact(visit, request),
    [t.referredBy, referredBy !== undefined && <EntryLink entry={referredBy} />],
    [stagesTexts.askedNow, request.askedOf && visible(request.askedOf)],
    [t.approvedBefore, earlier && <bdi>{`${visible(earlier.reference)}: ${decisionText(earlier.decision)}`}</bdi>],
    [
      t.beforeNow,
      refused && (
        <>
          {t.refusedBefore(refused.count, shortDay(visit, refused.last.at))} <DecisionLink code={refused.last.reference} />
        </>
      ),
    ],
    [
      t.others,
      others.length > 0 &&
        others.map((other) => (
          <p>
            <a href={requestPath(other.id)}>{visible(other.reference)}</a> <StateTag visit={visit} request={other} />{" "}
            {providerNames(listIssuers(other))}, <Moment at={other.requestedAt} />
          </p>
        )),
    ],
    [
      frameTexts.domain,
      <>
        <DomainLink domain={getRequestDomain(request)} />
        {domainPeople === 0 ? null : `: ${t.domainPeople(domainPeople, DOMAIN_DAYS)}`}
      </>,
    ],
    // If there are stages, the line of stages shows this time.
    [
      request.invitation === undefined ? t.asked : t.invitations.approved,
      request.stages === undefined ? <Moment at={request.requestedAt} /> : undefined,
    ],
  ];
}

export function RequestDetails({ request, decisions }: RequestAbout) {
  const accounts = request.identities.flatMap(({ issuer, issuerAssignedId }) =>
    issuerAssignedId === undefined ? [] : [`${issuer}/${issuerAssignedId}`],
  );
  return (
    <div>
      <h2>{t.details}</h2>
      <Facts
        facts={[
          [t.accounts, accounts.length === 0 ? undefined : <ShownValue text={accounts.join(", ")} />],
          // "Identity verified by IDology". The vendor's codes are in the details.
          ...(request.verifications ?? []).map((word) => [t.identityCheck, visible(vendorSentence(word))] as const),
          [t.atSignUp, decisions.length === 0 ? undefined : decisions.map((code) => [<DecisionLink code={code} />, " "])],
          [t.account, request.account && <code>{visible(request.account.id)}</code>],
          [t.failureCode, request.failure && <code>{visible(failureSentence(request.failure))}</code>],
          [trailTexts.title, <a href={`/audit?${new URLSearchParams({ entry: request.reference })}`}>{visible(request.reference)}</a>],
        ]}
      />
    </div>
  );
}

/** What spoke against the last decision. An earlier version stored none, and a later one may store codes that are not known here. */
function listDespite({ history, decision }: ApprovalRequest): string | undefined {
  const { concerns = [] } = history.findLast(({ at }) => at === decision?.at) ?? {};
  return concerns.map((code) => findText<string>(concernWords.titles, code) ?? visible(code)).join(", ") || undefined;
}

function DecisionLink({ code }: { readonly code: string }) {
  return <a href={decisionPath(code)}>{visible(code)}</a>;
}

export function DecidedFacts({ visit, request: storedRequest }: RequestProps) {
  const request = limitInvitation(storedRequest, longestDaysAt(visit, storedRequest.gate));
  const { passUntil, mayAskAgainAt, retryAt, failure, strippedAt, stages } = request;
  // If there are stages, the votes already show an approval.
  const decision = stages !== undefined && request.decision?.verdict === "approved" ? undefined : request.decision;
  const advice = failure && (findText(t.advice, failure.reason) ?? visit.say(approvalWords).seeLog);
  const moment = (at: string | undefined) => (at === undefined ? undefined : <Moment at={at} />);
  const facts: readonly Fact[] = [
    [
      frameTexts.decision,
      decision && (
        <>
          <bdi>{decisionText(decision, request)}</bdi> {decision.note === undefined ? null : <ShownValue text={decision.note} />}
        </>
      ),
    ],
    [t.reply, decision?.reply && <ShownValue text={decision.reply} />],
    [t.despite, listDespite(request)],
    [t.mayUntil, moment(passUntil)],
    [t.mayReturnUntil, moment(readReturnEnd(request, visit.now))],
    [t.mayAskFrom, moment(mayAskAgainAt)],
    [t.waitsSince, moment(findAccountWait(request, visit.now)?.since)],
    [t.retryAt, moment(retryAt)],
    [t.failure, advice && `${advice} ${t.thenRetry}`],
    [t.strippedAt, moment(strippedAt)],
  ];
  if (facts.every(([, value]) => value === undefined)) return null;
  return (
    <section>
      <Facts facts={facts} />
    </section>
  );
}
