import type { Visit } from "../../../console/app/visit";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { gateName, hasGates } from "../../../console/parts/gates";
import { momentText } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import type { ActivePosture } from "../posture";
import { isLimited, looks, POSTURE_PATH, type PostureRows, seenOf, setGates } from "./posture-parts";
import { postureTexts as t } from "./posture-texts";

/** On every page while a gate is not open: which one, who set it, why, until when, the way back and the way to go on. */
export function PostureBanner({ visit, rows }: { readonly visit: Visit; readonly rows: PostureRows }) {
  const set = setGates(visit, rows);
  if (set.length === 0) return null;
  return (
    <aside class="note gates" aria-label={t.title}>
      {set.map(({ gate, active }) => (
        <div>
          <p>
            <b class={`outcome ${looks[active.state]}`}>{t.banner(hasGates(visit) ? gateName(gate) : t.theGate, t.states[active.state])}</b>{" "}
            {said(active)}
          </p>
          {visit.may("Administrator") ? (
            <>
              <Act visit={visit} gate={gate} seen={seenOf(rows.get(gate))} verb="undo" text={t.undo} />
              {isLimited(active) ? <Act visit={visit} gate={gate} seen={seenOf(rows.get(gate))} verb="extend" text={t.extend} /> : null}
            </>
          ) : null}
        </div>
      ))}
    </aside>
  );
}

function said({ unreadable, reason, by, until }: ActivePosture): string {
  if (unreadable !== undefined) return t.unreadable;
  const facts = [...(by === undefined ? [] : [t.setBy(visible(by))]), until === undefined ? t.forever : t.ends(momentText(until))];
  return `${reason === undefined ? "" : `${visible(reason)}. `}${facts.join(", ")}.`;
}

interface ActProps {
  readonly visit: Visit;
  readonly gate: string;
  readonly seen: string;
  readonly verb: "undo" | "extend";
  readonly text: string;
}

function Act({ visit, gate, seen, verb, text }: ActProps) {
  return (
    <PostForm visit={visit} class="row-action" action={`${POSTURE_PATH}/${verb}`} hidden={{ gate, seen }}>
      <SubmitButton text={text} class="quiet" aria-label={hasGates(visit) ? `${text}: ${gateName(gate)}` : undefined} />
    </PostForm>
  );
}
