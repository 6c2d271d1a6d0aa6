//! Deletes old rows, some at a time.

use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait, QueryFilter as _, QuerySelect as _, TryGetable, Value,
};

use super::{Db, DbResult, Invalidates};

impl Db {
    /// Deletes up to `most` rows that meet the condition, by their key column. Returns how many.
    ///
    /// The keys are read first, because not every database can limit a DELETE. The DELETE repeats the condition: a row
    /// that was changed meanwhile so that it no longer meets it stays.
    pub async fn purge<E, K>(
        &self,
        invalidates: Invalidates,
        key: E::Column,
        which: Condition,
        most: u64,
    ) -> DbResult<u64>
    where
        E: EntityTrait,
        K: TryGetable + Into<Value>,
    {
        let select = E::find()
            .select_only()
            .column(key)
            .filter(which.clone())
            .limit(most);
        let keys: Vec<K> = select.into_tuple().all(self.reader()).await?;
        if keys.is_empty() {
            return Ok(0);
        }
        let delete = E::delete_many().filter(key.is_in(keys)).filter(which);
        self.write_for(invalidates, delete).await
    }
}
