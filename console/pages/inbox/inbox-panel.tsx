import type { ListedDecision } from "../../../adapters/tables/decisions";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { Badge } from "../../parts/badge";
import { Facts } from "../../parts/table";
import { TaskButton, TaskPanel } from "../../parts/tasks";
import { Moment, RowTime } from "../../parts/time";
import { visible } from "../../parts/value";
import { FlipCounts, flipsAtAGlance } from "../access-list/consequences";
import { isDomainOfMany } from "../decisions/looked-at";
import { DOMAIN_DAYS } from "../domains/domain-facts";
import { ItemAction } from "./inbox-list";
import { inboxTexts as t } from "./inbox-texts";
import { type HandledItem, itemKinds } from "./items";

/** One item beside the list: what it is, its newest decisions, what an action would do, its owner and notes. */
export async function itemPanel(visit: Visit, item: HandledItem) {
  const { subject, kind, title, cause, count, since, newest, domain, all, task } = item;
  const isOfMany = domain !== undefined && (await isDomainOfMany(visit, domain));
  const [decisions, flips] =
    domain === undefined
      ? [[], undefined]
      : await Promise.all([
          newestRefusals(visit, domain, isOfMany),
          flipsAtAGlance(visit, { entry: domain, effect: kind === "alike" ? "deny" : "allow" }, isOfMany),
        ]);
  const { icon, tone } = itemKinds[kind];
  return (
    <>
      <header>
        <Badge tone={tone} icon={icon}>
          {t.otherKinds[kind]}
        </Badge>
        <h2 class="entity">{title}</h2>
        <p>{cause}</p>
      </header>
      <section>
        <Facts
          facts={[
            [t.seen, since && <Moment at={since} />],
            [t.newest, newest && <Moment at={newest} />],
            [t.outcome, kind === "alike" ? t.allRefused : undefined],
          ]}
        />
      </section>
      {decisions.length === 0 && all === undefined ? null : (
        <section>
          {decisions.length === 0 ? null : <h2>{t.newest}</h2>}
          {decisions.map(({ reference, at, email = "" }) => (
            <p class="newest">
              <RowTime at={at} now={visit.now} language={visit.language} /> <bdi class="value">{visible(email)}</bdi>{" "}
              <a href={`/decisions/${encodeURIComponent(reference)}`}>{reference}</a>
            </p>
          ))}
          {all === undefined ? null : (
            <p>
              <a href={all}>{t.seeAll(count ?? "")}</a>
            </p>
          )}
        </section>
      )}
      {flips === undefined ? null : (
        <section>
          <h2>{kind === "alike" ? t.ifDone.deny : t.ifDone.allow}</h2>
          <FlipCounts visit={visit} flips={flips} />
        </section>
      )}
      <TaskPanel visit={visit} subject={subject} task={task} />
      <footer>
        <ItemAction visit={visit} item={item} isFirst />
        {kind === "outside" && visit.may("Approver") ? (
          <TaskButton visit={visit} subject={subject} task={task} change="finish" text={t.keep} />
        ) : null}
      </footer>
    </>
  );
}

const NEWEST = 3;

async function newestRefusals({ world, now }: Visit, domain: string, isOfMany: boolean): Promise<readonly ListedDecision[]> {
  const from = new Date(now.getTime() - DOMAIN_DAYS * MS_PER_DAY);
  const { items } = await world.decisions.page({ from, to: now, having: { domain, verdict: "block" }, isOfMany });
  return items.filter(({ email, verdict }) => verdict === "block" && email?.endsWith(`@${domain}`)).slice(0, NEWEST);
}
