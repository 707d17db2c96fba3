import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { Icon } from "./icon";
import { OPEN_PARAMETER, passingParameters, thisAddress } from "./with-query";

export interface BesideProps {
  readonly visit: Visit;
  readonly list: Child;
  /** The panel of the row that `?open=` names: header, sections and a footer with the row's actions. Undefined if no row is open. */
  readonly panel: Child | undefined;
  readonly label: string;
  /** Acts in a row's panel: "assign note". Their keys open the panel first. @default none */
  readonly acts?: string | undefined;
}

/** A list with the panel of one of its rows. On a screen narrower than 1100 px, only the panel is shown. */
export function Beside({ visit, list, panel, label, acts }: BesideProps) {
  const isOpen = panel !== undefined;
  return (
    <div class={isOpen ? "beside open" : "beside"} id="beside" data-acts={acts}>
      <div class="list">{list}</div>
      {isOpen ? (
        <aside class="panel" aria-label={label} tabindex={-1}>
          {panel}
          <a class="close" href={openAddress(visit, undefined)} aria-label={frameTexts.close}>
            <Icon name="close" />
          </a>
        </aside>
      ) : null}
    </div>
  );
}

/** Returns the address of the current list with a row's panel open. @param open the row; undefined for no panel */
export function openAddress(visit: Visit, open: string | undefined): string {
  return thisAddress(visit, passingParameters, open === undefined ? {} : { [OPEN_PARAMETER]: open });
}
