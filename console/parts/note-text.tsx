import { pageTexts } from "../texts/languages";
import { ShownValue, shortened } from "./value";

export const INCIDENTS_PATH = "/incidents";

export function incidentPath(id: string): string {
  return `${INCIDENTS_PATH}?id=${encodeURIComponent(id)}`;
}

/** What an incident writes into the notes of its entries. */
const incidentNote = /incident (\d{8}-\d{9}-[a-z\d]{4})/;

/** A note as somebody typed it; an incident's own leads to the incident, whose id says nothing to readers. @param isLine cut, not folded */
export function NoteText({ text, isLine = false }: { readonly text: string; readonly isLine?: boolean }) {
  const shown = (part: string) => (isLine ? <bdi class="value">{shortened(part)}</bdi> : <ShownValue text={part} />);
  const parts = text.split(incidentNote);
  return (
    <>
      {parts.map((part, index) => (index % 2 === 1 ? <a href={incidentPath(part)}>{t.byIncident}</a> : part === "" ? null : shown(part)))}
    </>
  );
}

const t = pageTexts({ byIncident: ["by an incident", "사고로 차단됨"] });
