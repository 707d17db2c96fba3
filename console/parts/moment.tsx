import { clockTime, UTC, viewerZone } from "./zone";

/**
 * A moment by the viewer's clock, with UTC at the pointer: servers and logs speak of that. In UTC where no script has told the
 * viewer's zone. @param at ISO 8601
 */
export function Moment({ at }: { readonly at: string }) {
  const zone = viewerZone();
  return (
    <time datetime={at} title={zone === UTC ? undefined : written(at, UTC, "00:00:00")}>
      {written(at, zone, "00:00:00")}
    </time>
  );
}

/** The same for a sentence, to the minute. @param at ISO 8601 */
export function momentText(at: string): string {
  return written(at, viewerZone(), "00:00");
}

function written(at: string, zone: string, { length }: "00:00" | "00:00:00"): string {
  const moment = new Date(at);
  // Rows of a table may hold anything.
  if (Number.isNaN(moment.getTime())) return `${at.slice(0, 10)} ${at.slice(11, 11 + length)} UTC`;
  const local = clockTime(moment, zone);
  return `${local.day} ${local.time.slice(0, length)} ${local.zone}`;
}

/** A day of UTC, in which tables count. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
