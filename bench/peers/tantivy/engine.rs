//! What Tantivy does for the driver, set up as its authors do in the public
//! search benchmark: no merging until the end, one merge of all segments.
use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

use tantivy::collector::{Count, TopDocs};
use tantivy::indexer::NoMergePolicy;
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query as TantivyQuery, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, STORED, STRING,
};
use tantivy::{Index, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term};

use crate::Query;

const INPUT_BUFFER: usize = 1 << 20;

pub fn index(dir: &Path, threads: usize, budget: usize) -> tantivy::Result<()> {
    let mut schema = Schema::builder();
    let key = schema.add_text_field("id", STRING | STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let body =
        schema.add_text_field("body", TextOptions::default().set_indexing_options(indexing));
    fs::create_dir_all(dir)?;
    let index = Index::create_in_dir(dir, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(threads, budget)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    for line in io::BufReader::with_capacity(INPUT_BUFFER, io::stdin().lock()).lines() {
        let line = line?;
        let (id, text) = line.split_once('\t').expect("a line without a tab");
        let mut doc = TantivyDocument::default();
        doc.add_text(key, id);
        doc.add_text(body, text);
        writer.add_document(doc)?;
    }
    writer.commit()?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()
}

pub struct Engine {
    searcher: Searcher,
    body: Field,
}

impl Engine {
    pub fn open(dir: &Path) -> tantivy::Result<Engine> {
        let index = Index::open_in_dir(dir)?;
        let body = index.schema().get_field("body")?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Engine { searcher: reader.searcher(), body })
    }

    /// How many documents match, or -1 when the search stopped early.
    pub fn run(&self, query: &Query) -> i64 {
        let parsed = self.parse(&query.text);
        if query.limit == 0 {
            return parsed.count(&self.searcher).expect("count failed") as i64;
        }
        let top = TopDocs::with_limit(query.limit).order_by_score();
        if query.exact {
            let (_, count) = self.searcher.search(&*parsed, &(top, Count)).expect("search failed");
            return count as i64;
        }
        self.searcher.search(&*parsed, &top).expect("search failed");
        -1
    }

    /// `+a -b c "d e"`: a single clause stands for itself.
    fn parse(&self, text: &str) -> Box<dyn TantivyQuery> {
        let mut clauses = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let occur = match rest.as_bytes()[0] {
                b'+' => Occur::Must,
                b'-' => Occur::MustNot,
                _ => Occur::Should,
            };
            if occur != Occur::Should {
                rest = &rest[1..];
            }
            let phrase = rest.starts_with('"');
            if phrase {
                rest = &rest[1..];
            }
            let end = rest.find(if phrase { '"' } else { ' ' }).unwrap_or(rest.len());
            clauses.push((occur, self.clause(&rest[..end], phrase)));
            rest = rest.get(end + 1..).unwrap_or("").trim_start();
        }
        if clauses.len() == 1 {
            return clauses.remove(0).1;
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn clause(&self, text: &str, phrase: bool) -> Box<dyn TantivyQuery> {
        let term = |word| Term::from_field_text(self.body, word);
        if phrase && text.contains(' ') {
            return Box::new(PhraseQuery::new(text.split(' ').map(term).collect()));
        }
        Box::new(TermQuery::new(term(text), IndexRecordOption::WithFreqs))
    }
}
