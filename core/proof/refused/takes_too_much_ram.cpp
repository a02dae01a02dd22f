// Must be refused by budget_ram_1k.json: 2 KiB of static memory.
unsigned char page[2048];
