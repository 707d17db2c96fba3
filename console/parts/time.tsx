import { AsyncLocalStorage } from "node:async_hooks";
import { dayFrom, MS_PER_DAY } from "../../engine/sign-up/time";
import { endOfDay, findMoment, readClock, startOfDay } from "../../engine/zone-time";
import type { Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import type { Column } from "./table";

const UTC = "UTC";

type Viewer = Pick<Visit, "zone" | "now" | "language">;

/** The viewer of the current answer. It is ambient, so that components need not pass it to every `Moment`. */
const viewers = new AsyncLocalStorage<Viewer>();

export function forViewer<T>(viewer: Viewer, answer: () => T): T {
  return viewers.run(viewer, answer);
}

function viewerZone(): string {
  return viewers.getStore()?.zone ?? UTC;
}

/** Names the viewer's time zone. Renders nothing on a page without a viewer, such as the one after signing out. */
export function ZoneNote() {
  const viewer = viewers.getStore();
  return viewer === undefined ? null : <p class="hint zone">{t.zone(viewer.zone)}</p>;
}

/** Returns UTC for anything but the name of a time zone. @param name from a browser's script: untrusted */
export function zoneFrom(name: string | undefined): string {
  if (name === undefined || !/^[A-Za-z][\w+\-/]{1,63}$/.test(name)) return UTC;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return UTC;
  }
}

/**
 * Parses a moment in an address or a form, in UTC with a `Z`. Undefined if the day does not exist, or if the year is 0000 or 9999. ISO 8601
 * writes moments just outside these years with a sign: "-000001". Code that sorts or cuts such texts cannot handle a sign.
 */
export function momentIn(text: string): Date | undefined {
  const moment = new Date(text);
  const isOne = /^(?!0000|9999)\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && dayFrom(text.slice(0, 10)) !== undefined;
  return isOne && !Number.isNaN(moment.getTime()) ? moment : undefined;
}

/** Parses a minute such as `2027-01-31T09:00`. It is in the zone or, if the text ends with `Z`, in UTC. Undefined if invalid. */
export function minuteIn(text: string, zone: string): Date | undefined {
  const [, local = "", utc] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d{3})?Z|Z)?$/.exec(text) ?? [];
  const moment = momentIn(`${local}Z`);
  if (moment === undefined || utc !== undefined) return moment;
  return findMoment(moment.getTime(), zone);
}

/** Reads the first moment of a typed day, minute or moment. */
export function readBegin(text: string, zone: string): Date | undefined {
  return startOfDay(text, zone) ?? wholeMoment(text) ?? minuteIn(text, zone);
}

/** Reads the last millisecond of a typed day or minute. A moment with seconds is its own end. */
export function readEnd(text: string, zone: string): Date | undefined {
  const minute = minuteIn(text, zone);
  return wholeMoment(text) ?? (minute === undefined ? endOfDay(text, zone) : new Date(minute.getTime() + 59_999));
}

/** The form of the links from numbers: only a whole moment separates rows of one minute. */
function wholeMoment(text: string): Date | undefined {
  return /:\d\d:\d\d(?:\.\d{3})?Z$/.test(text) ? momentIn(text) : undefined;
}

interface MomentProps {
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Shows a time in the viewer's zone, or else in UTC: "21 Nov 10:12". The tooltip shows the seconds and repeats the time in UTC, which
 * servers and logs use.
 */
export function Moment({ at }: MomentProps) {
  return <TimeTag at={at} text={momentText(at)} />;
}

/** Writes a moment for a sentence: "21 Nov 10:12", in another year "21 Nov 2025 10:12". @param at ISO 8601 */
export function momentText(at: string): string {
  const moment = new Date(at);
  const viewer = viewers.getStore();
  if (Number.isNaN(moment.getTime()) || viewer === undefined) return formatMoment(at, viewerZone(), "00:00");
  return `${nearName(viewer, moment)} ${hourName(viewer, moment)}`;
}

const A_MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function withMoment(text: string): string {
  return A_MOMENT.test(text) ? momentText(text) : text;
}

function formatMoment(at: string, zone: string, { length }: "00:00" | "00:00:00" = "00:00:00"): string {
  const moment = new Date(at);
  // If the text is not a moment, its parts are shown unchanged. Rows of a table may hold any text.
  if (Number.isNaN(moment.getTime())) return `${at.slice(0, 10)} ${at.slice(11, 11 + length)} UTC`;
  const { day, time, offset } = readClock(moment, zone);
  return `${day} ${time.slice(0, length)} ${offset}`;
}

/** A moment in a row: today `10:12:41`, earlier `21 Nov 10:12`, in another year `21 Nov 2025`. The foot of the page names the zone. */
export function RowTime({ at }: MomentProps) {
  return <TimeTag at={at} text={rowTime(at)} />;
}

export function RowDay({ at }: MomentProps) {
  const viewer = viewers.getStore();
  return <TimeTag at={at} text={viewer === undefined ? at : nearName(viewer, new Date(at))} />;
}

function TimeTag({ at, text }: MomentProps & { readonly text: string }) {
  return (
    <time datetime={at} title={[...new Set([viewerZone(), UTC])].map((zone) => formatMoment(at, zone)).join(", ")}>
      {text}
    </time>
  );
}

function rowTime(at: string): string {
  const [moment, viewer] = [new Date(at), viewers.getStore()];
  if (Number.isNaN(moment.getTime()) || viewer === undefined) return at.slice(0, 16);
  const { day, time } = readClock(moment, viewer.zone);
  if (day === readClock(viewer.now, viewer.zone).day) return time;
  const name = nearName(viewer, moment);
  return name === dayName(viewer, moment) ? `${name} ${time.slice(0, 5)}` : name;
}

/** Writes a day: "21 Nov", or "21 Nov 2025" if the year is not the reader's current year. */
function nearName(viewer: Viewer, moment: Date): string {
  const [year, thisYear] = [moment, viewer.now].map((each) => readClock(each, viewer.zone).day.slice(0, 4));
  return (year === thisYear ? dayName : datedName)(viewer, moment);
}

/** The locale of dates. English dates are British: the day comes before the month. */
export function dateLocale(language: string): string {
  return language === "en" ? "en-GB" : language;
}

/** Formats of days by language, zone and form of the weekday. They are cached, because a page with a chart names hundreds of days. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

type DayReader = { readonly language: string; readonly zone: string };

function readDayFormat({ language, zone }: DayReader, more: Pick<Intl.DateTimeFormatOptions, "weekday"> = {}): Intl.DateTimeFormat {
  const key = [language, zone, more.weekday].join(" ");
  const style = { ...more, day: "numeric", month: "short", timeZone: zone } as const;
  const format = dayFormats.get(key) ?? new Intl.DateTimeFormat(dateLocale(language), style);
  dayFormats.set(key, format);
  return format;
}

/** "21 Nov" */
export function dayName(reader: DayReader, moment: Date): string {
  return readDayFormat(reader).format(moment);
}

/** "Sat 21 Nov" */
export function weekdayName(reader: DayReader, moment: Date): string {
  return readDayFormat(reader, { weekday: "short" }).format(moment);
}

function datedName({ language, zone }: Pick<Viewer, "language" | "zone">, moment: Date): string {
  return moment.toLocaleDateString(dateLocale(language), { dateStyle: "medium", timeZone: zone });
}

/** If `end` is midnight in UTC, as typed days are, returns the day before it: "20 Nov 2025". Otherwise returns `end` and its time. */
export function lastDayName({ language }: Pick<Viewer, "language">, end: number): string {
  return end % MS_PER_DAY === 0 ? datedName({ language, zone: UTC }, new Date(end - 1)) : momentText(new Date(end).toISOString());
}

/** "14:08" */
export function hourName({ zone }: { readonly zone: string }, moment: Date): string {
  return readClock(moment, zone).time.slice(0, 5);
}

/** "12 ms", "3.9 s" */
export function durationText({ language }: Pick<Visit, "language">, ms: number): string {
  return ms < 1_000 ? t.milliseconds(Math.round(ms)) : t.seconds((ms / 1_000).toLocaleString(language, { maximumFractionDigits: 1 }));
}

const t = pageTexts({
  today: ["today", "오늘"],
  yesterday: ["yesterday", "어제"],
  milliseconds: [(count: number) => `${count} ms`, (count) => `${count}ms`],
  zone: [(zone: string) => `Times are in ${zone}.`, (zone) => `시각은 ${zone} 기준입니다.`],
  seconds: [(count: string) => `${count} s`, (count) => `${count}초`],
});

export function timeColumn(heading: string): Column<MomentProps> {
  return [heading, ({ at }) => <RowTime at={at} />];
}

/** Tables count by UTC days. */
/**
 * Reads the day that words such as "sign-ins since friday" or "금요일 이후" name, one of the last seven or a date: `2026-11-20`. `others` are
 * the other words. Undefined if no day is named.
 * @param words in lower case
 */
export function readDaySince({ now, zone, language }: Viewer, words: readonly string[]) {
  const text = words.join(" ");
  const [match = "", after, before = ""] = /\bsince (\S+)|(\S+?) ?(?:이후|부터)/u.exec(text) ?? [];
  const typed = after ?? before;
  const lastDays = Array.from({ length: 7 }, (_, index) => new Date(now.getTime() - index * MS_PER_DAY));
  const named = lastDays.find((moment, index) => {
    const names = ["en", language].map((each) => moment.toLocaleDateString(each, { weekday: "long", timeZone: zone }));
    return typed.length > 1 && [[t.today, t.yesterday][index] ?? "", ...names].some((name) => name.toLowerCase().startsWith(typed));
  });
  const day = dayFrom(typed) === undefined ? named && readClock(named, zone).day : typed;
  return day === undefined ? undefined : { day, others: text.replace(match, "").split(" ").filter(Boolean) };
}

export function formatUtcDay(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
