#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace fairline::features {

// Teams or competitions of a replay by id, kept in the order they were first seen. `Item` has a
// member `id` of type ItemId.
template <typename Item, typename ItemId>
class ById {
 public:
  [[nodiscard]] const Item* Find(ItemId id) const {
    const auto index = index_.find(id);
    return index == index_.end() ? nullptr : &items_[index->second];
  }
  // Of an item found here: its index.
  [[nodiscard]] std::size_t PlaceOf(const Item& item) const {
    return static_cast<std::size_t>(&item - items_.data());
  }
  // The index of the item; `make` is called when it is new.
  template <typename Make>
  std::size_t IndexOf(ItemId id, Make&& make) {
    const auto [index, is_new] = index_.try_emplace(id, items_.size());
    if (is_new) items_.push_back(make());
    return index->second;
  }
  [[nodiscard]] Item& operator[](std::size_t index) { return items_[index]; }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

  // False when an id occurs twice.
  [[nodiscard]] bool Reindex() {
    index_.clear();
    for (std::size_t i = 0; i < items_.size(); ++i) index_.emplace(items_[i].id, i);
    return index_.size() == items_.size();
  }
  template <typename Archive>
  void Serialise(Archive& archive) {
    archive(items_);
  }

 private:
  std::vector<Item> items_;
  std::unordered_map<ItemId, std::size_t> index_;
};

}  // namespace fairline::features
