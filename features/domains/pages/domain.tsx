import type { Child } from "hono/jsx";
import { toRow } from "../../../adapters/tables/item";
import type { ConsoleRoute, ShutOut, Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { Alert } from "../../../console/parts/forms";
import { DOMAIN_DAYS, DomainLink, decidedColumns, domainPath, domainSubject, keepingOut, MarkedDomain } from "../../../console/parts/links";
import { RecordOutcome } from "../../../console/parts/outcome";
import { PageHead } from "../../../console/parts/page-head";
import { Table } from "../../../console/parts/table";
import { TaskIfAny } from "../../../console/parts/tasks";
import { formatUtcDay, Moment } from "../../../console/parts/time";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { mailSubjects } from "../../../engine/mail/mail-line";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { outcomeSum } from "../../../engine/sign-up/recording";
import type { ListEffect } from "../../access-list/entry";
import { concernWords } from "../../access-list/entry-words";
import type { Flips } from "../../access-list/flips";
import { EntryLink, EntrySummary, effectLooks, LastChange } from "../../access-list/pages/access-list-parts";
import { accessListTexts } from "../../access-list/pages/access-list-texts";
import { renderWrittenSet } from "../../access-list/pages/change-set-parts";
import { FlipCounts } from "../../access-list/pages/consequences";
import { AskForm, KnownForm } from "../../access-list/pages/entry-form";
import { denyingGates } from "../../access-list/pages/tally";
import { computeEffect, readRow } from "../../access-list/row";
import { requestPath, StateTag } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest } from "../../approvals/request";
import { stateAt } from "../../approvals/state-at";
import { EXACT_PEOPLE } from "../../counts/domain-counts";
import { CountReachNote } from "../../counts/pages/count-tables";
import { domainChart } from "../../decisions/pages/decision-chart";
import { countedDecisionsPath } from "../../decisions/pages/decision-search";
import type { ListedDecision } from "../../decisions/store/decisions";
import { readMailAlert } from "../../mails/pages/mail-alert";
import { type DomainFacts, domainFacts, flipsAtAGlance } from "./domain-facts";
import { domainPageTexts as t } from "./domain-texts";

const CHART_HEIGHT = 96;

async function domainPage(visit: Visit): Promise<Response> {
  const domain = normaliseDomain(visit.context.req.param("domain") ?? "");
  if (domain === undefined) return await visit.page(t.noDomain, <Alert>{t.noDomain}</Alert>, { status: 404 });
  if (visit.context.req.param("domain") !== domain) return visit.goTo(domainPath(domain));
  const facts = await domainFacts(visit, domain);
  const effect =
    facts.deciding?.item === undefined
      ? facts.deciding === undefined
        ? "none"
        : "deny"
      : computeEffect(readRow(toRow(facts.deciding.item)), visit.now);
  const isAllowed = effect === "allow";
  const flips = await flipsAtAGlance(visit, { entry: domain, effect: isAllowed ? "deny" : "allow" }, facts.newest, facts.counted);
  return await visit.page(
    visible(domain),
    <>
      {(await renderWrittenSet(visit)) ?? <Alert kind="good">{visit.done(accessListTexts.done)}</Alert>}
      {facts.parts.map(({ done }) => done)}
      <div class="with-side">
        <div>
          {outcomeSum(facts.counted.all.answers) + (facts.exact?.decisions ?? 0) === 0 ? null : (
            <section class="card">
              {figures(visit, facts)}
              {domainChart(visit, domain, facts.counted.days, CHART_HEIGHT, {
                reasons: facts.counted.all.reasons,
                counted: { began: facts.began, until: facts.reach.until },
              })}
            </section>
          )}
          {peopleTable(visit, facts)}
        </div>
        <div>
          {allowOrDeny(visit, facts, flips, effect)}
          <section class="card">
            {renderEntries(visit, facts)}
            {facts.parts.map(({ content }) => content)}
            {similarDomains(visit, facts)}
          </section>
          {await readMailAlert(visit, mailSubjects.task(domainSubject(domain)))}
          <TaskIfAny visit={visit} subject={domainSubject(domain)} task={facts.task} />
        </div>
      </div>
    </>,
    {
      head: (
        <PageHead
          of={{ path: "/people", text: frameTexts.people }}
          title={
            <>
              <MarkedDomain shown={facts.similar.imitates?.shown ?? domain} marks={facts.similar.imitates?.marks ?? []} />{" "}
              {renderBadges(visit, facts, effect)}
            </>
          }
        />
      ),
    },
  );
}

function renderBadges(visit: Visit, { looksLike, deciding }: DomainFacts, effect: ListEffect | "none"): Child {
  const texts = { allow: frameTexts.allowed, approval: frameTexts.waits, deny: frameTexts.denied, none: t.notListed };
  const looks = { ...effectLooks, none: { tone: undefined } };
  const asksNobody = deciding?.item !== undefined && denyingGates(visit, toRow(deciding.item)) !== undefined;
  return (
    <>
      <Badge tone={effect === "allow" && looksLike !== undefined ? "warn" : looks[effect].tone}>{texts[effect]}</Badge>{" "}
      {looksLike === undefined ? null : <Badge tone="bad">{t.looksLikeOther(visible(looksLike))}</Badge>}
      {asksNobody ? <Badge tone="warn">{accessListTexts.asksNobody}</Badge> : null}
    </>
  );
}

function figures(visit: Visit, { counted, reach, exact, parts, mail }: DomainFacts): Child {
  const { people, refused, answers, first, last } = counted.all;
  const [since] = [first, mail?.firstSeen].filter((at) => at !== undefined).sort();
  const shownFigures: readonly (readonly [number | string, string])[] = [
    [exact?.people ?? about(visit, people), t.tried],
    [exact?.refused ?? about(visit, refused), t.refusedPeople],
    ...parts.flatMap(({ figure }) => (figure === undefined ? [] : [figure])),
    [exact?.letIn ?? answers.continue, t.letIn],
    [exact?.corrected ?? answers.invalid, t.corrected],
  ];
  return (
    <>
      <h2>{t.figures(DOMAIN_DAYS)}</h2>
      <dl class="domain-figures">
        {shownFigures
          .filter(([count], index) => index === 0 || (count !== 0 && count !== "0"))
          .map(([count, name]) => (
            <div>
              <dt>{name}</dt>
              <dd class="figure">{count.toLocaleString(visit.language)}</dd>
            </div>
          ))}
      </dl>
      {since === undefined || last === undefined ? null : (
        <p class="hint">
          {t.firstSeen} <Moment at={since} />, {t.lastSeen} <Moment at={last} />. <CountReachNote visit={visit} reach={reach} />.
        </p>
      )}
      {mail === undefined ? null : (
        <p class="hint">
          {mail.mx === "yes" ? t.mailHost(visible(mail.mailHost ?? "")) : t.noMailHost[mail.mx]}, {t.asked} <Moment at={mail.at} />.
        </p>
      )}
    </>
  );
}

function about(visit: Visit, people: number): string {
  return `${people < EXACT_PEOPLE ? "" : "≈ "}${countText(visit, people)}`;
}

function peopleTable(visit: Visit, facts: DomainFacts): Child {
  const { people, outs, requests, isCut } = facts;
  return (
    <section class="card">
      <h2>{frameTexts.people}</h2>
      <Table
        caption={frameTexts.people}
        columns={[
          ...decidedColumns(t.lastTry),
          !isCut && [{ name: t.tries, number: true }, ({ tries }) => tries.toLocaleString(visit.language)],
          [frameTexts.outcome, (newest) => outcomeNow(visit, newest, keepingOut(outs.get(newest.email))[0], requests.get(newest.email))],
        ]}
        keyOf={({ id }) => id}
        rows={people}
        empty={t.noPeople(DOMAIN_DAYS)}
      />
      {decisionsLink(visit, facts)}
    </section>
  );
}

/** Counted figures have no tokens, so a link to counted decisions has no number where a gate decides on tokens too. */
function decisionsLink(visit: Visit, { domain, since, counted, exact, reach, began }: DomainFacts): Child {
  const decisions = exact?.decisions ?? outcomeSum(counted.all.answers) + counted.all.wentOn;
  if (decisions === 0) return null;
  const days = `/decisions?${new URLSearchParams({ domain, from: formatUtcDay(since), zone: "UTC" })}`;
  const path = exact === undefined ? countedDecisionsPath(visit, { from: since, to: visit.now }, { reach, began }, { domain }) : days;
  const hasTokens = visit.world.gates.some((gate) => visit.world.policiesAt(gate).some(({ step }) => step === "before-sending-token"));
  const number = exact === undefined && hasTokens ? undefined : countText(visit, decisions);
  return (
    <p>
      <a href={path}>{t.allDecisions(number)}</a>
    </p>
  );
}

function outcomeNow(visit: Visit, newest: ListedDecision, out: ShutOut | undefined, request: ApprovalRequest | undefined) {
  if (out !== undefined) return <a href={out.path}>{out.text}</a>;
  if (request === undefined || stateAt(request, visit.now) === "pending") return <RecordOutcome record={newest} />;
  return (
    <a href={requestPath(request.id)}>
      <StateTag visit={visit} request={request} />
    </a>
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/domains/:domain", access: "Reader", asks: { set: "any" }, handler: domainPage },
];

/** For a look-alike that is not allowed, the changes and the allow button are folded. */
function allowOrDeny(visit: Visit, facts: DomainFacts, flips: Flips | "failed", effect: ListEffect | "none"): Child {
  const { domain, parts, looksLike } = facts;
  const isAllowed = effect === "allow";
  const may = visit.may("Administrator");
  const acts = parts.flatMap(({ act }) => act ?? []);
  const act = { visit, entry: domain, back: domainPath(domain) };
  const isQuiet = effect === "deny" || effect === "approval" || acts.length > 0 || looksLike !== undefined;
  const allow = may && !isAllowed && (
    <AskForm
      {...act}
      effect="allow"
      until="month"
      text={`${accessListTexts.acts.allow(visible(domain))}…`}
      class={isQuiet ? "quiet" : undefined}
    />
  );
  const wouldDo = (
    <div class="dry-run">
      <h2>{isAllowed ? t.ifDenied : t.ifAllowed}</h2>
      <FlipCounts visit={visit} flips={flips} edited={domain} />
    </div>
  );
  return (
    <section class="card first" id="act">
      {looksLike === undefined ? null : (
        <>
          <h2>{t.looksLikeOther(visible(looksLike))}</h2>
          <p>{`${t.poses(visible(looksLike))} ${isAllowed ? t.unaskedHint : t.knowHint}`}</p>
        </>
      )}
      {looksLike === undefined || isAllowed ? wouldDo : null}
      {may ? (
        <div class="actions">
          {looksLike === undefined && allow}
          {acts}
          {/* Not offered if the entry would deny at a gate because no rule there asks an approver. */}
          {effect === "approval" || denyingGates(visit, { entry: domain, effect: "approval" }) !== undefined ? null : (
            <AskForm {...act} effect="approval" text={`${accessListTexts.acts.approval(visible(domain))}…`} class="quiet" />
          )}
          {effect === "deny" && facts.deciding?.key === domain ? null : (
            <AskForm
              {...act}
              effect="deny"
              text={`${accessListTexts.acts.deny(visible(domain))}…`}
              class={looksLike === undefined ? "danger" : undefined}
            />
          )}
          {isAllowed ? <KnownForm {...act} entry={facts.deciding?.key ?? ""} /> : null}
        </div>
      ) : null}
      {may && looksLike !== undefined && !isAllowed ? (
        <details>
          <summary>{accessListTexts.known}</summary>
          {wouldDo}
          {allow}
        </details>
      ) : null}
    </section>
  );
}

function renderEntries(visit: Visit, { entries, deciding }: DomainFacts): Child {
  return (
    <>
      <h2>{frameTexts.accessList}</h2>
      <ul class="plain">
        {entries.map(({ key, item, edit }) => {
          // An approval entry denies at a gate where no rule asks an approver.
          const denying = item && denyingGates(visit, toRow(item));
          return (
            <li>
              {item === undefined ? <bdi class="value">{visible(key)}</bdi> : <EntryLink entry={key} />}:{" "}
              {item === undefined ? t.noEntry : <EntrySummary visit={visit} row={toRow(item)} />}
              {key === deciding?.key && entries.length > 1 ? [" ", <Badge tone="info">{t.applies}</Badge>] : null}
              {edit === undefined ? null : (
                <div class="hint">
                  {t.changed} <LastChange edit={edit} />
                </div>
              )}
              {denying === undefined ? null : <Alert kind="warn">{concernWords[visit.language].asksNobody(denying)}</Alert>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function similarDomains(visit: Visit, { similar: { imitates, others } }: DomainFacts): Child {
  if (imitates === undefined && others.length === 0) return null;
  return (
    <>
      <h2>{t.similar}</h2>
      <ul class="plain">
        {imitates === undefined ? null : (
          <li>
            <MarkedDomain shown={imitates.shown} marks={imitates.marks} /> {t.looksLike} <DomainLink domain={imitates.like} />
            {imitates.people === undefined ? null : `, ${t.of(about(visit, imitates.people))}`}
          </li>
        )}
        {others.map(({ domain, shown, marks, people, refused = 0 }) => (
          <li>
            <DomainLink domain={domain} shown={shown} marks={marks} />:{" "}
            {people === undefined ? t.refusedOf(about(visit, refused)) : t.of(about(visit, people))}
          </li>
        ))}
      </ul>
    </>
  );
}
