import type { Filters, PageSource, Query } from "../../engine/operator/list";
import type { Uses, WorldOf } from "./world";

/** A list that an operator may look for, the same at every door: the page and the command read the same rows, in the same order, by the same filters. */
export interface View<U extends Uses, F extends Filters, Row, Place> {
  readonly name: string;
  readonly uses: U;
  readonly filters: F;
  source(query: Query<F>, world: WorldOf<U>): Promise<PageSource<Row, Place>>;
  /** The row's form with `--json`. */
  json(row: Row): object;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of views holds views of any rows.
export type AnyView = View<any, any, any, any>;
