import type { Child } from "hono/jsx";
import { expiryTime } from "../../engine/sign-up/row-end";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { Visit } from "../app/visit";
import { Badge } from "../parts/badge";
import { lastDayName } from "../parts/time";
import { NoteText, ShownValue, shortenText } from "../parts/value";
import { type EditedColumn, type EditedTable, formatName } from "./described-table";
import { editorTexts as e } from "./editor-texts";

/** Expiry dates at most this many days away are marked. */
export const SOON_DAYS = 30;

/** @param isOver true if the row has expired */
export function cellView(visit: Visit, table: EditedTable, { kind, choices = {} }: EditedColumn, text: string, isOver: boolean): Child {
  if (kind === "day") return endCell(visit, text, isOver);
  if (text === "") return null;
  if (kind !== "choice") return kind === "note" ? <NoteText visit={visit} text={text} /> : <ShownValue text={text} />;
  return <Badge tone={choices[text]}>{formatName(table, text)}</Badge>;
}

/** Shows the last day on which a row counts. The row's end may have been typed in any form. */
export function endCell(visit: Visit, text: string, isOver: boolean): Child {
  if (text === "") return <span class="hint unset">{e.never}</span>;
  const end = expiryTime(text);
  const isTime = end !== undefined && Number.isFinite(end);
  const day = isTime ? lastDayName(visit, end) : shortenText(text, 40);
  if (isOver) return <Badge>{e.expiredOn(day)}</Badge>;
  return isTime && end - visit.now.getTime() < SOON_DAYS * MS_PER_DAY ? <Badge tone="warn">{day}</Badge> : day;
}
