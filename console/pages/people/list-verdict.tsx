import type { Checked } from "../../../engine/access-list/check-step";
import { describeEntry, lastDay, summary } from "../../../engine/access-list/describe-entry";
import { grouped } from "../../../engine/grouped";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { entryWords } from "../../../engine/messages/operator/entries";
import type { Visit } from "../../app/visit";
import { Icon } from "../../parts/icon";
import { shortened, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { EntryLink } from "../access-list/access-list-parts";
import type { ListAnswer } from "./list-today";

interface ListVerdictProps {
  readonly checked: Pick<Checked, "verdict" | "matches">;
}

/** What the list decides on somebody. Without an entry it leaves them to the other rules, which is no approval. */
export function ListVerdict({ checked: { verdict, matches } }: ListVerdictProps) {
  const isSilent = verdict === "continue" && matches.length === 0;
  const kind = verdict === "block" ? "bad" : verdict === "continue" && !isSilent ? "good" : "";
  return <span class={`tag ${kind}`}>{isSilent ? t.silent : t.verdicts[verdict]}</span>;
}

/** What the list makes of one way of signing in; steps with the same answer are shown together. */
export function ListToday({ visit, outcome }: { readonly visit: Visit; readonly outcome: ListAnswer }) {
  const w = visit.say(decisionWords);
  const asked = outcome.checked.filter(({ verdict }) => verdict !== "not asked");
  const alike = [...grouped(asked, ({ step: _, ...rest }) => JSON.stringify(rest)).values()];
  if (asked.length === 0) return <p>{t.notAsked}</p>;
  return (
    <>
      {alike.map((steps) => {
        const { verdict, shadow, matches, ignored } = steps[0] as Checked;
        return (
          <>
            <p>
              <ListVerdict checked={{ verdict, matches }} /> {alike.length === 1 ? "" : steps.map(({ step }) => w.steps[step]).join(", ")}
            </p>
            {shadow ? <p>{t.shadow}</p> : null}
            <ol class="rules">
              {matches.map(({ entry, level, effect }) => {
                const { expiresAt, note = "" } = describeEntry(outcome.rows.get(entry) ?? { entry, effect }, visit.now);
                const rest = [w.levels[level], expiresAt === undefined ? "" : t.until(visible(lastDay(expiresAt))), shortened(note)];
                return (
                  <li class={effect === "allow" ? "continue" : "block"}>
                    <Icon name={effect} />
                    <div>
                      <EntryLink entry={entry} /> {t.effects[effect]}
                      <div class="hint">
                        <bdi class="value">{rest.filter((each) => each !== "").join(", ")}</bdi>
                      </div>
                    </div>
                  </li>
                );
              })}
            </ol>
            {ignored.length === 0 ? null : (
              <>
                <p class="hint">{t.ignored}</p>
                <ul>
                  {ignored.map((row) => (
                    <li>
                      <EntryLink entry={row.entry} /> <bdi class="value">{shortened(summary(row, visit.say(entryWords)))}</bdi>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        );
      })}
    </>
  );
}

const t = pageTexts({
  verdicts: {
    continue: ["The list lets this person in", "목록이 이 사람을 통과시킵니다"],
    block: ["The list refuses this person", "목록이 이 사람을 차단합니다"],
    "not asked": ["This step does not use the list", "이 단계에서는 목록을 확인하지 않습니다"],
  },
  silent: ["The list has no entry for this person: other rules decide", "목록에 이 사람에 관한 항목이 없어 다른 규칙이 결정합니다"],
  notAsked: ["No deployed step uses the list.", "목록을 확인하는 단계가 배포되어 있지 않습니다."],
  effects: {
    allow: ["allow", "허용"],
    deny: ["deny", "거부"],
  },
  until: [(day: string) => `expires ${day}`, (day) => `만료 ${day}`],
  ignored: ["Found, but does not count", "해당하지만 적용되지 않는 항목"],
  shadow: ["The rule only reports here (shadow) and stops nobody.", "이 규칙은 보고만 하며(shadow) 아무도 막지 않습니다."],
});
