import { experianStandIn } from "../../features/verify-identity/standin/experian";
import { idologyStandIn } from "../../features/verify-identity/standin/idology";
import type { VendorStandIn } from "./outside-system";

/** What answers for vendors that rules ask. A feature has its lines here. */
export const vendorStandIns: readonly VendorStandIn[] = [idologyStandIn, experianStandIn];
