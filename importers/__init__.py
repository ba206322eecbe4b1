"""What comes in: files of a unit become an accepted submission, or a list of findings.

Guarantees: nothing reaches a book but through `submission` (and the steps after it), whole or not at all; a user gets
findings, never an exception. The modules in the order of the work:

1. Bytes become cells: `limits`, `diagnosis`, `reading`, `workbook` (`xlsx_archive`, `xlsx_parts`, `xlsx_cells`),
   `legacy` (`syllables`), `cleaning` (`lookalikes`), `tables`.
2. Cells become a form: `layout`, `layouts` (`layout_vouchers` and one module for each other form), `cells`, `forms`,
   `file_words`.
3. A form becomes vouchers, decisions or register rows: `vouchers`, `estimates`, `opening`; `sheet` with `assets`,
   `dues`, `events`, `trips`, `treasury`, `commitments`, `carryover`.
4. Handing in: `periods`, `slots`, `request`, `gate`, `control`, `occupied` (`difference`), `judging`, `submission`,
   `decisions`, `registering`, `booking`, `refused`; the year-end run: `year_plan`, `run_decisions`, `carrying`; a
   correction file first passes `merging` (`patch`).
5. What the submitter gets: `template` (`template_workbook`, `guidance`); `error_report` (`problems`, `grouping`,
   `places`, `report_workbook`, `annotated`, `pages`); `correction` (`correction_workbook`).
6. After it is in the book: `states`, `desk`, `certifying`, `rechecking`, `returning`, `justifications`, `justifying`;
   scans: `papers`, `attaching`; `proof` for `verify`.
7. Other tools: `beangulp_forms`, `import_config`.
"""
