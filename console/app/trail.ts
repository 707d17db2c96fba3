import type { Row } from "../../engine/sign-up/rule";

/** A change that somebody is about to make. */
export interface RecordedChange {
  readonly by: string;
  readonly name?: string;
  readonly action: string;
  readonly subject: string;
  readonly person?: string;
  readonly before?: Row;
  readonly after?: Row;
  readonly set?: string;
  readonly count?: number;
}

/** Something that has happened already. */
export interface RecordedNews extends RecordedChange {
  readonly via: "console";
  readonly outcome: "done" | "failed";
}

/** The console's record of who did what. */
export interface Trail {
  /** Records the beginning of a change, makes it, and records the outcome. @param change false if somebody else was faster */
  audited(entry: RecordedChange, now: Date, change: () => Promise<boolean>): Promise<boolean>;
  tell(news: RecordedNews, now: Date): Promise<unknown>;
}
