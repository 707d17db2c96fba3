/** Where partners' contacts begin. */
export const PARTNER_PATH = "/partner";
/** What they keep in the access list. */
export const PARTNER_LIST_PATH = `${PARTNER_PATH}/list`;
