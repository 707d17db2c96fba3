import { editRows } from "./acts/edit";
import { setEntry } from "./acts/entries";
import { importRows } from "./acts/file";
import { confirmProposal, proposeEdit, rejectProposal } from "./acts/proposals";
import { undoChanges } from "./acts/undo";

export const acts = [setEntry, editRows, importRows, undoChanges, proposeEdit, confirmProposal, rejectProposal];
