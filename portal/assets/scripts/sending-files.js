// Which files were dropped or chosen, each with its path inside the folder.

const JUNK = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

// Files of an input: of a folder the browser says the path, of single files the name is all there is.
export function picked(list) {
  return sorted([...list].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
}

// Files and folders that were dropped. The entries must be asked for before anything is waited for.
export async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) {
    if (entry instanceof File) {
      found.push({ file: entry, path: entry.name });
    } else if (entry) {
      await walk(entry, found);
    }
  }
  return sorted(found);
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader hands out some entries at a time and says by none that it is at its end.
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) {
      return;
    }
    for (const one of some) {
      await walk(one, found);
    }
  }
}

// In the order of their names, numbers as numbers, without what systems leave in folders.
function sorted(all) {
  const files = all.filter(({ file }) => !JUNK.test(file.name));
  const order = new Intl.Collator(undefined, { numeric: true });
  files.sort((one, other) => order.compare(one.path, other.path));
  return { files, skipped: all.length - files.length };
}
