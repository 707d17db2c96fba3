// The recipe's lines take the function from their own folder.
export { handler } from "../../../samples/approve-partners";
