import type { ListedDecision } from "../../../adapters/tables/decisions";
import { ENTRA_LOG_KEY, type EntraLogSummary, readEntraLog } from "../../../adapters/tables/ledger-rows";
import { decisionWords, reasonText } from "../../../engine/messages/operator/decisions";
import { type CountedService, LONGEST_BOUND_MS, shareWithin, type TimeCount } from "../../../engine/sign-up/counts";
import type { Step } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { capitalised, visible } from "../../parts/value";
import { newEntryPath } from "../access-list/access-list-parts";
import { AlarmsCard, ChangesCard, readMorning, WaitingCard } from "./morning";
import { Chart, countedHours, type Figures, figuresOf, newestDecisions } from "./overview-figures";
import { overviewTexts } from "./overview-texts";
import { type Suspects, suspectsIn } from "./suspects";

const SLOWEST = 5;

async function overview(visit: Visit): Promise<Response> {
  const t = visit.say(overviewTexts);
  const [counted, lastDay, morning, ledgerRow] = await Promise.all([
    countedHours(visit),
    newestDecisions(visit, new Date(visit.now.getTime() - MS_PER_DAY)),
    readMorning(visit),
    visit.world.ledger.get(ENTRA_LOG_KEY),
  ]);
  const figures = figuresOf(counted.hours, visit.now);
  const suspects = await suspectsIn(lastDay, visit.world.alike.lookAlikesOf, (gate) => lastStepAt(visit, gate));
  const seen = readEntraLog(ledgerRow);
  return await visit.page(
    t.title,
    <div id="figures" data-live="60">
      <div class="cards">
        <WaitingCard visit={visit} morning={morning} />
        <AlarmsCard visit={visit} morning={morning} />
      </div>
      <Mistakes visit={visit} suspects={suspects} />
      <ChangesCard visit={visit} morning={morning} />
      <SignUps visit={visit} figures={figures} since={counted.since} partial={counted.partial} />
      <ServicesCard visit={visit} figures={figures} />
      <div class="cards">
        <Refusals visit={visit} figures={figures} />
        <TroublesCard visit={visit} figures={figures} />
        <Slow visit={visit} figures={figures} decisions={lastDay} />
        {seen === undefined ? null : <EntraLog visit={visit} seen={seen} />}
      </div>
    </div>,
  );
}

/** The step after which somebody is let in. */
function lastStepAt({ world }: Visit, gate: string): Step {
  const isLast = world.gates.includes(gate) && world.policiesAt(gate).every(({ step }) => step !== "before-create-user");
  return isLast ? "after-sign-in" : "before-create-user";
}

interface PartProps {
  readonly visit: Visit;
  readonly figures: Figures;
}

interface SignUpsProps extends PartProps {
  readonly since: string | undefined;
  readonly partial: boolean;
}

function SignUps({ visit, figures: { days, all }, since, partial }: SignUpsProps) {
  const t = visit.say(overviewTexts);
  const { verdicts } = visit.say(decisionWords);
  const { answers } = all;
  const names = { ...verdicts, waiting: t.askedForApproval };
  const order = (["continue", "invalid", "waiting", "block"] as const).filter((answer) => answer !== "waiting" || answers.waiting > 0);
  const isNew = since !== undefined && days[0] !== undefined && since.slice(0, 10) > days[0].day;
  return (
    <section class="card">
      <h2>{t.signUps}</h2>
      {partial ? <p class="note warn">{t.partial}</p> : null}
      <Chart days={days} label={t.chart(answers.continue, answers.block, answers.invalid, answers.waiting)} />
      <ul class="key">
        {order.map((verdict) => (
          <li>
            <i class={verdict} />
            {capitalised(names[verdict])}: <b>{answers[verdict].toLocaleString(visit.language)}</b>
          </li>
        ))}
      </ul>
      {since === undefined ? null : (
        <p class="hint">
          {isNew ? (
            <>
              {t.since} <Moment at={since} />.{" "}
            </>
          ) : null}
          {t.lag}
        </p>
      )}
      <details>
        <summary>{t.table}</summary>
        <Table
          caption={t.signUps}
          columns={[{ name: t.day }, ...order.map((verdict) => ({ name: capitalised(names[verdict]), number: true as const }))]}
          rows={days.map((day) => [
            <a href={`/decisions?from=${day.day}&to=${day.day}`}>{day.day}</a>,
            ...order.map((verdict) => day[verdict]),
          ])}
          empty={t.noAnswers}
        />
      </details>
    </section>
  );
}

function Refusals({ visit, figures: { all, days } }: PartProps) {
  const t = visit.say(overviewTexts);
  const listed = (rule: string | undefined, reason: string) =>
    `/decisions?${new URLSearchParams({ from: days[0]?.day ?? "", ...(rule !== undefined && { rule }), reason })}`;
  return (
    <section class="card">
      <h2>{t.refusals}</h2>
      <Table
        caption={t.refusals}
        columns={[{ name: t.rule }, { name: t.reason }, { name: t.count, number: true }]}
        rows={all.refusals.map(({ rule, reason, count }) => [
          reason === undefined ? t.otherReasons : rule === undefined ? t.noRule : <code>{visible(rule)}</code>,
          reason === undefined ? "" : <a href={listed(rule, reason)}>{visible(reasonText(visit.say(decisionWords), [reason]))}</a>,
          count.toLocaleString(visit.language),
        ])}
        empty={t.noRefusals}
      />
    </section>
  );
}

function Mistakes({ visit, suspects: { unlisted, alike, more = 0 } }: { readonly visit: Visit; readonly suspects: Suspects }) {
  const t = visit.say(overviewTexts);
  const link = (domain: string) => <a href={`/decisions?${new URLSearchParams({ domain })}`}>{visible(domain)}</a>;
  return (
    <section class="card">
      <h2>{t.mistakes}</h2>
      <Table
        caption={t.mistakes}
        columns={[{ name: t.domain }, { name: t.people, number: true }, { name: t.why }]}
        rows={[
          ...alike.map(({ domain, like, people }) => [link(domain), people, <b>{t.alike(visible(like))}</b>]),
          ...unlisted.map(({ domain, people }) => [
            link(domain),
            people,
            <>
              {t.unlisted}
              {visit.may("Administrator") ? (
                <>
                  {" "}
                  <a href={newEntryPath(domain)}>{t.allowUntil}</a>
                </>
              ) : null}
            </>,
          ]),
        ]}
        empty={t.noMistakes}
      />
      {more === 0 ? null : (
        <p>
          <a href="/decisions?verdict=block">{t.andMore(more.toLocaleString(visit.language), false)}</a>
        </p>
      )}
    </section>
  );
}

function Slow({ visit, figures: { all }, decisions }: PartProps & { readonly decisions: readonly ListedDecision[] }) {
  const t = visit.say(overviewTexts);
  const slowest = decisions.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST);
  return (
    <section class="card">
      <h2>{t.slow}</h2>
      {all.times.length === 0 ? null : <p>{t.typical(longestOf(visit, all.times, 0.5), longestOf(visit, all.times, 0.95))}</p>}
      <p class="hint">{t.slowHint}</p>
      <Table
        caption={t.slow}
        columns={[{ name: t.reference }, { name: t.time }, { name: t.duration, number: true }]}
        rows={slowest.map(({ reference, at, durationMs }) => [
          <a href={`/decisions/${encodeURIComponent(reference)}`}>{reference}</a>,
          <Moment at={at} />,
          t.milliseconds(durationMs),
        ])}
        empty={t.noAnswers}
      />
    </section>
  );
}

/** What `entra check --since` found when it was last run: nothing else here has a right to read Entra's log. */
function EntraLog({ visit, seen: { at, since, until, outcomes } }: { readonly visit: Visit; readonly seen: EntraLogSummary }) {
  const t = visit.say(overviewTexts);
  const names: Readonly<Record<string, string>> = t.outcomes;
  return (
    <section class="card">
      <h2>{t.entraLog}</h2>
      <p>
        <Moment at={since} /> – <Moment at={until} />
      </p>
      <Table
        caption={t.entraLog}
        columns={[{ name: t.outcome }, { name: t.count, number: true }]}
        rows={Object.entries(outcomes)
          .sort(([, a], [, b]) => b - a)
          .map(([outcome, count]) => [names[outcome] ?? visible(outcome), count])}
        empty={t.noSignUps}
      />
      <p class="hint">
        {t.lookedAt} <Moment at={at} />: <code>npx --no-install entra-gatehouse entra check --since 7d</code>
      </p>
    </section>
  );
}

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/", access: "Reader", handler: overview }];

interface ServicesProps {
  readonly visit: Visit;
  readonly figures: Figures;
}

/** The longest of a share of times, in words. */
function longestOf(visit: Visit, times: readonly TimeCount[], share: number): string {
  const t = visit.say(overviewTexts);
  const found = shareWithin(times, share);
  if (found === undefined) return "";
  const longest = t.milliseconds(found.upToMs ?? LONGEST_BOUND_MS);
  return found.upToMs === undefined ? t.longer(longest) : longest;
}

/** Whether systems outside answer, and how soon. */
function ServicesCard({ visit, figures: { all, lastDay } }: ServicesProps) {
  const t = visit.say(overviewTexts);
  return (
    <section class="card">
      <h2>{t.services}</h2>
      <Table
        caption={t.services}
        columns={[
          { name: t.system },
          { name: t.asked, number: true },
          ...[t.answered, t.half, t.most, t.answeredAll].map((name) => ({ name })),
        ]}
        rows={all.services.map((whole) => {
          const { service } = whole;
          const day = lastDay.services.find((each) => each.service === service) ?? { service, asked: 0, failures: {}, times: [] };
          return [
            service === undefined ? t.otherServices : visible(service),
            day.asked.toLocaleString(visit.language),
            answered(visit, day),
            longestOf(visit, day.times, 0.5),
            longestOf(visit, day.times, 0.95),
            answered(visit, whole),
          ];
        })}
        empty={t.noServices}
      />
    </section>
  );
}

/** Rounded down: a hundred says that none failed. */
function answered(visit: Visit, { asked, failures }: CountedService): string {
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  if (asked === 0) return "";
  return visit.say(overviewTexts).percent((Math.floor((1_000 * (asked - failed)) / asked) / 10).toLocaleString(visit.language));
}

function TroublesCard({ visit, figures: { troubles } }: ServicesProps) {
  const t = visit.say(overviewTexts);
  const kinds: Readonly<Record<string, string>> = visit.say(decisionWords).upstreamKinds;
  return (
    <section class="card">
      <h2>{t.upstreamFailure}</h2>
      <Table
        caption={t.upstreamFailure}
        columns={[{ name: t.system }, { name: t.kind }, { name: t.count, number: true }, { name: t.last }]}
        rows={troubles.map(({ service, kind, count, last }) => [
          service === undefined ? t.otherServices : visible(service),
          kinds[kind] ?? kind,
          count.toLocaleString(visit.language),
          <Moment at={`${last}:00:00.000Z`} />,
        ])}
        empty={t.noTrouble}
      />
    </section>
  );
}
