import { pageTexts } from "../operator/page-texts";

/** Names the columns that are not read in a file from Microsoft or Mastodon. */
export function describePassedOver(names: readonly string[]): string {
  return t.passedOver(names.join(", "));
}

const t = pageTexts({
  passedOver: [(names: string) => `Not read: ${names}.`, (names) => `읽지 않은 열: ${names}.`],
});
