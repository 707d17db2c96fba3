import type { Visit } from "../../app/visit";
import { Badge } from "../../parts/badge";
import { TaskButton, TaskPanel } from "../../parts/tasks";
import { Moment, RowTime } from "../../parts/time";
import { visible } from "../../parts/value";
import { ItemAction } from "./inbox-list";
import { inboxTexts } from "./inbox-texts";
import { type HandledItem, itemKinds } from "./items";

/** One item beside the list: what it is, the newest, what an action would do, who has it, and what was noted. */
export function ItemPanel({ visit, item }: { readonly visit: Visit; readonly item: HandledItem }) {
  const t = visit.say(inboxTexts);
  const { subject, kind, title, cause, count, since, newest, decisions = [], all, task } = item;
  const { icon, tone } = itemKinds[kind];
  const would = kind === "alike" ? t.alikeIf : kind === "unlisted" ? t.unlistedIf : [];
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
        <dl>
          {since === undefined ? null : (
            <>
              <dt>{t.seen}</dt>
              <dd>
                <Moment at={since} />
              </dd>
            </>
          )}
          {newest === undefined ? null : (
            <>
              <dt>{t.newest}</dt>
              <dd>
                <Moment at={newest} />
              </dd>
            </>
          )}
          {kind === "alike" ? (
            <>
              <dt>{t.outcome}</dt>
              <dd class="bad">{t.allRefused}</dd>
            </>
          ) : null}
        </dl>
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
      {would.length === 0 ? null : (
        <section>
          <h2>{kind === "alike" ? t.ifDone.deny : t.ifDone.allow}</h2>
          <ul class="if">
            {would.map((each) => (
              <li>{each}</li>
            ))}
          </ul>
        </section>
      )}
      <TaskPanel visit={visit} subject={subject} task={task} />
      <footer>
        <ItemAction visit={visit} item={item} isFirst />
        {item.endsByHand && visit.may("Approver") ? (
          <TaskButton visit={visit} subject={subject} task={task} change="finish" text={t.keep} />
        ) : null}
      </footer>
    </>
  );
}
