import type { Child } from "hono/jsx";
import { unwrapRule } from "../../engine/sign-up/policy";
import type { SharedPorts } from "../app/ports";
import type { Command, ConsoleFeature, ConsoleRoute, MenuItem, Visit } from "../app/visit";
import { hasAccess } from "../session/roles";
import type { Session } from "../session/session";
import { frameTexts as t } from "../texts/frame-texts";
import type { ConsoleLanguage } from "../texts/languages";
import { ButtonLink } from "./forms";
import { Icon } from "./icon";
import type { PageHeadProps } from "./page-head";

const COUNTS_PATH = "/counts";

/** The counts of the menu, which a script reads, so that pages do not wait for them. */
export const menuCountsRoute: ConsoleRoute = {
  method: "GET",
  path: COUNTS_PATH,
  access: "Reader",
  sendsData: true,
  async handler(visit) {
    const counters = visit.features.flatMap(({ menu = [] }) => menu.flatMap(({ count }) => count ?? []));
    const counts = await Promise.all(counters.map(async ({ name, read }) => ({ [name]: await read(visit) })));
    const numbers = await Promise.all(visit.features.map((feature) => feature.numbers?.(visit)));
    return visit.context.json(Object.assign({}, ...counts, ...numbers));
  },
};

/** Lists the pages whose data the policies use. A page without `needs` is always listed. */
export function buildMenu(features: readonly ConsoleFeature[], { gates, policiesAt }: SharedPorts): readonly MenuItem[] {
  const uses = gates.flatMap(policiesAt).flatMap(({ rules }) => rules.flatMap((rule) => unwrapRule(rule).uses ?? []));
  return features.flatMap(({ menu = [] }) => menu).filter(({ needs }) => needs === undefined || uses.some(needs));
}

/** Shows the tables that operators edit, as views of one page. @param here the path of the current table */
export function dataHead(
  { features, world, may, language }: Visit,
  here: string,
  title: string,
): Pick<PageHeadProps, "views"> & { readonly title: string } {
  const items = buildMenu(features, world).filter(({ place, access }) => place === "data" && may(access));
  if (items.length < 2) return { title };
  const each = items.map(({ path, name }) => ({ name: name[language], path, isHere: path === here }));
  return { title: t.data, views: { label: t.data, each } };
}

export function listCommands({ features, world, may }: Visit): readonly Command[] {
  return features.flatMap(({ commands = [] }) => commands).filter(({ access, needs }) => may(access) && needs?.(world) !== false);
}

export function buttonsOn(visit: Visit, path: string): Child | undefined {
  const here = listCommands(visit).filter(({ button }) => button?.on === path);
  if (here.length === 0) return undefined;
  return here.map(({ path: to, button, name }) => <ButtonLink path={to} text={visit.say(button?.name ?? name)} class="button" />);
}

/** Makes the menu along the top, or at the foot of a phone's screen. On a phone, pages without an icon are under More. */
export function menuLine(items: readonly MenuItem[], language: ConsoleLanguage, path: string, session: Session) {
  const at = (wantedPlace: MenuItem["place"]) => items.filter(({ place, access }) => place === wantedPlace && hasAccess(session, access));
  const tables = at("data");
  const data = tables.length < 2 ? tables : tables.slice(0, 1).map((each) => ({ ...each, name: { en: t.data, ko: t.data } }));
  // The entry Data is under More. If More has no other entry, Data is a page of the menu itself.
  const isLone = at("more").length === 0;
  const pages = [...at(undefined), ...(isLone ? data : [])];
  const more = isLone ? [] : [...data, ...at("more")];
  const isHere = ({ path: each, also = [] }: MenuItem) =>
    path === each || (each !== "/" && path.startsWith(`${each}/`)) || also.some((other) => path.startsWith(other));
  const item = (each: MenuItem) => (
    <a href={each.path} aria-current={(each.path === tables[0]?.path ? tables.some(isHere) : isHere(each)) ? "page" : undefined}>
      {each.icon === undefined ? null : <Icon name={each.icon} />}
      {each.name[language]}
      {each.count === undefined ? null : <span class="count" data-count={each.count.name} hidden />}
    </a>
  );
  return (
    <nav aria-label={t.menu} data-counts={COUNTS_PATH}>
      <ul>
        {pages.map((each) => (
          <li class={each.icon === undefined ? "wide-only" : undefined}>{item(each)}</li>
        ))}
        <li class={more.length === 0 ? "narrow-only" : undefined}>
          <details class="menu pages" data-popover>
            <summary>
              <span class="narrow-only">
                <Icon name="menu" />
              </span>
              {t.more}
              <span class="wide-only">
                <Icon name="down" />
              </span>
            </summary>
            <ul class="pop">
              {pages.map((each) => (each.icon === undefined ? <li class="narrow-only">{item(each)}</li> : null))}
              {more.map((each) => (
                <li>{item(each)}</li>
              ))}
            </ul>
          </details>
        </li>
      </ul>
    </nav>
  );
}
