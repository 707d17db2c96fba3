import { makeMember, type OperatorPlace } from "../../../adapters/operator/world";
import type { ErasingStores } from "../../../features/person/store/stores";
import { erasingStores } from "../../../features/person/world";

/** A place where erasures use these stores. */
export function placeWith(stores: ErasingStores, around: Pick<OperatorPlace, "hashes">): OperatorPlace {
  const place = { ...around } as OperatorPlace;
  vi.spyOn(erasingStores, "make").mockReturnValueOnce(stores);
  makeMember(erasingStores, place);
  return place;
}
